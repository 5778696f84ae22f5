// One document of the desk, page by page: PDFs by pdf.js, photos by the browser, both on a canvas that zooms and turns.
const library = '/lib/pdfjs';
const mostPixels = 16_000_000;
let loading;

function pdfjs() {
  loading ??= import(`${library}/pdf.js`).then(module => {
    module.GlobalWorkerOptions.workerSrc = `${library}/pdf.worker.js`;
    return module;
  });
  return loading;
}

// A PDF: pages drawn by pdf.js, with their text for those who cannot see them.
async function openPdf(url) {
  const { getDocument } = await pdfjs();
  const file = await getDocument({
    url,
    cMapUrl: `${library}/cmaps/`,
    standardFontDataUrl: `${library}/fonts/`,
    wasmUrl: `${library}/wasm/`,
    useWasm: false,
    isEvalSupported: false,
    enableXfa: false,
    // One request for a file: each view of a document stands in the audit once.
    disableRange: true,
    disableStream: true,
  }).promise;
  return {
    pages: file.numPages,
    async page(number, turn) {
      const page = await file.getPage(number);
      const rotation = (page.rotate + turn) % 360;
      const { width, height } = page.getViewport({ scale: 1, rotation });
      return {
        width,
        height,
        draw: (canvas, scale) => page.render({ canvas, viewport: page.getViewport({ scale, rotation }) }),
        text: async () => (await page.getTextContent()).items.map(item => item.str + (item.hasEOL ? '\n' : '')).join(''),
      };
    },
  };
}

// A photo: one page.
async function openImage(url) {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
  const image = await createImageBitmap(await answer.blob());
  return {
    pages: 1,
    async page(_, turn) {
      const across = turn % 180 !== 0;
      const [width, height] = across ? [image.height, image.width] : [image.width, image.height];
      return {
        width,
        height,
        draw(canvas, scale) {
          const pen = canvas.getContext('2d');
          pen.translate(canvas.width / 2, canvas.height / 2);
          pen.rotate(turn * Math.PI / 180);
          pen.scale(scale, scale);
          pen.drawImage(image, -image.width / 2, -image.height / 2);
          return { promise: Promise.resolve(), cancel() {} };
        },
        text: async () => '',
      };
    },
  };
}

export class Viewer {
  #section; #name; #sheet; #canvas; #words; #file; #opening; #drawing; #round = 0;
  #page = 1; #zoom = 1; #turn = 0; #place = null; #marker;

  constructor(section) {
    this.#section = section;
    this.#name = section.querySelector('h2').textContent;
    this.#sheet = section.querySelector('[data-sheet]');
    this.#canvas = document.createElement('canvas');
    this.#canvas.hidden = true;
    this.#words = document.createElement('p');
    this.#words.className = 'visually-hidden';
    this.#marker = document.createElement('div');
    this.#marker.className = 'desk-place';
    this.#marker.hidden = true;
    this.#sheet.append(this.#canvas, this.#words, this.#marker);
    // Not to be opened now: the section says why.
    if (!section.dataset.src) return;
    for (const button of section.querySelectorAll('[data-box]')) {
      button.hidden = false;
      button.addEventListener('click', () => this.point(Number(button.dataset.place), button.dataset.box.split(',').map(Number)));
    }
    const tools = section.querySelector('.desk-tools');
    tools.hidden = false;
    tools.addEventListener('click', event => {
      const tool = event.target.closest('[data-tool]')?.dataset.tool;
      if (tool) this.use(tool);
    });
  }

  // Loads the file when it is first looked at.
  open() {
    this.#opening ??= this.#open();
    return this.#opening;
  }

  async #open() {
    const { src, type } = this.#section.dataset;
    if (!src) return;
    this.#sheet.hidden = false;
    this.#sheet.setAttribute('aria-busy', 'true');
    try {
      this.#file = await (type === 'pdf' ? openPdf(src) : openImage(src));
      await this.draw();
    } catch (error) {
      this.#failed(error);
    } finally {
      this.#sheet.removeAttribute('aria-busy');
    }
  }

  #failed(error) {
    console.warn(`${this.#name}: ${error}`);
    this.#sheet.hidden = true;
    this.#section.querySelector('.desk-tools').hidden = true;
    this.#section.querySelector('[data-failed]').hidden = false;
  }

  // back, on, out, in, fit, turn
  use(tool) {
    if (!this.#file) return;
    const steps = [0.5, 0.75, 1, 1.25, 1.5, 2, 3, 4];
    const at = steps.findIndex(step => step >= this.#zoom);
    switch (tool) {
      case 'back': this.#page = Math.max(1, this.#page - 1); break;
      case 'on': this.#page = Math.min(this.#file.pages, this.#page + 1); break;
      case 'out': this.#zoom = steps[Math.max(0, at - 1)]; break;
      case 'in': this.#zoom = steps[Math.min(steps.length - 1, at + 1)]; break;
      case 'fit': this.#zoom = 1; break;
      case 'turn': this.#turn = (this.#turn + 90) % 360; break;
    }
    if (tool === 'back' || tool === 'on') this.#section.closest('.desk-viewer-frame').scrollTop = 0;
    this.draw().catch(error => this.#failed(error));
  }

  // Turns to a page and frames a place on it, given in parts of the page: left, top, width, height.
  point(page, box) {
    if (!this.#file || page > this.#file.pages) return;
    this.#page = page;
    this.#place = { page, box };
    this.draw().then(() => this.#marker.scrollIntoView({ block: 'center', inline: 'center' })).catch(error => this.#failed(error));
  }

  #mark() {
    this.#marker.hidden = this.#place?.page !== this.#page;
    if (this.#marker.hidden) return;
    const [left, top, width, height] = this.#place.box;
    const [x, y, w, h] = {
      0: [left, top, width, height],
      90: [1 - top - height, left, height, width],
      180: [1 - left - width, 1 - top - height, width, height],
      270: [top, 1 - left - width, height, width],
    }[this.#turn];
    const { offsetLeft, offsetTop, clientWidth, clientHeight } = this.#canvas;
    const room = 6;
    this.#marker.style.left = `${offsetLeft + x * clientWidth - room}px`;
    this.#marker.style.top = `${offsetTop + y * clientHeight - room}px`;
    this.#marker.style.width = `${w * clientWidth + 2 * room}px`;
    this.#marker.style.height = `${h * clientHeight + 2 * room}px`;
  }

  // Draws the page as wide as the pane, times the zoom. Asked again meanwhile, only the last one stands.
  async draw() {
    if (!this.#file || this.#sheet.clientWidth === 0) return;
    const round = ++this.#round;
    const page = await this.#file.page(this.#page, this.#turn);
    if (round !== this.#round) return;
    const width = this.#sheet.clientWidth * this.#zoom;
    const sharp = Math.min(devicePixelRatio, Math.sqrt(mostPixels / (width * width * page.height / page.width)));
    const scale = width / page.width * sharp;
    const canvas = document.createElement('canvas');
    canvas.width = Math.round(page.width * scale);
    canvas.height = Math.round(page.height * scale);
    canvas.style.width = `${width}px`;
    canvas.setAttribute('role', 'img');
    canvas.setAttribute('aria-label', `${this.#name}　${this.#page}ページ目（全${this.#file.pages}ページ）`);
    this.#drawing?.cancel();
    this.#drawing = page.draw(canvas, scale);
    try {
      await this.#drawing.promise;
    } catch (error) {
      if (error.name === 'RenderingCancelledException') return;
      throw error;
    }
    if (round !== this.#round) return;
    this.#canvas.replaceWith(canvas);
    this.#canvas = canvas;
    this.#mark();
    this.#tell();
    const words = await page.text();
    if (round === this.#round) this.#words.textContent = words;
  }

  #tell() {
    const tools = this.#section.querySelector('.desk-tools');
    tools.querySelector('[data-page]').textContent = `${this.#page} / ${this.#file.pages}`;
    tools.querySelector('[data-zoom]').textContent = `${Math.round(this.#zoom * 100)}%`;
    tools.querySelector('[data-tool="back"]').disabled = this.#page === 1;
    tools.querySelector('[data-tool="on"]').disabled = this.#page === this.#file.pages;
    this.#section.dataset.shown = `${this.#page}/${this.#file.pages}`;
    this.#section.dataset.turned = this.#turn;
  }
}
