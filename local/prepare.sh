# Sourced by run, test and bench: fetches and builds what they need, and nothing that is there already.
# Everything it says goes to stderr. Expects $root, the repository's folder.

set -euo pipefail
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1
# No build servers: they would outlive the script, and with it our lock.
export MSBUILDDISABLENODEREUSE=1 UseSharedCompilation=false DOTNET_CLI_USE_MSBUILD_SERVER=0
build=$root/.build
mkdir -p "$build"

say() { echo "$*" >&2; }
fail() { say "$*"; exit 1; }

# Two at a time would build into the same folders. What we start inherits the lock: should the script be killed,
# the next one waits for a build that still runs.
lock_preparation() {
  exec 9>"$build/lock"
  flock -n 9 || { say "waiting for another run, test or bench to finish preparing"; flock 9; }
}
unlock_preparation() { exec 9>&-; }

check_tools() {
  command -v dotnet >/dev/null || fail "The .NET SDK 10 is needed: dotnet is not on the PATH."
  dotnet --list-sdks | grep -q '^10\.' || fail "The .NET SDK 10 is needed; this machine has: $(dotnet --list-sdks | tr '\n' ' ')"
  command -v node >/dev/null && command -v npm >/dev/null || fail "Node.js 20 or newer with npm is needed: not on the PATH."
  [ "$(node -p 'process.versions.node.split(".")[0]')" -ge 20 ] || fail "Node.js 20 or newer is needed; this is $(node --version)."
}

# install_packages PACKAGE…: Debian's packages, where we may install them. Fails where we may not.
install_packages() {
  [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null || return 1
  say "installing $*"
  if [[ " $* " == *" clamav-daemon "* ]]; then
    # We run clamd ourselves, on signatures of our own: nothing of the package's is to be started, or fetched.
    mkdir -p /etc/systemd/system
    ln -sf /dev/null /etc/systemd/system/clamav-daemon.service
    ln -sf /dev/null /etc/systemd/system/clamav-freshclam.service
  fi
  if [[ " $* " == *" postgresql "* ]]; then
    # We run PostgreSQL ourselves: the package need not make and start a cluster of its own.
    mkdir -p /etc/postgresql-common/createcluster.d
    echo "create_main_cluster = false" >/etc/postgresql-common/createcluster.d/grantportal.conf
  fi
  {
    apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "$@"
  } </dev/null >"$build/apt.log" 2>&1 || { say "apt-get failed, see $build/apt.log"; return 1; }
}

has_postgres() {
  [ "${GRANTPORTAL_NO_SYSTEM_PG:-}" = 1 ] || command -v postgres >/dev/null || compgen -G '/usr/lib/postgresql/*/bin/postgres' >/dev/null
}

has_chromium() { command -v chromium >/dev/null || command -v chromium-browser >/dev/null; }
has_tesseract() { command -v tesseract >/dev/null && tesseract --list-langs 2>/dev/null | grep -qx jpn; }
has_fonts() { [ -n "$(find /usr/share/fonts -name 'NotoSerifCJK*' -print -quit 2>/dev/null)" ]; }

has_clamd() { command -v clamd >/dev/null || [ -x /usr/sbin/clamd ]; }

# What serving needs. Without PostgreSQL from the system, npm's binaries serve; without Chromium letters are not printed to PDF.
install_for_run() {
  has_postgres || install_packages postgresql ||
    say "missing: PostgreSQL's server (Debian: postgresql). Only root can install it; npm's binaries are used."
  local printing=()
  has_chromium || printing+=(chromium)
  has_fonts || printing+=(fonts-noto-cjk)
  [ ${#printing[@]} = 0 ] || install_packages "${printing[@]}" ||
    say "missing: ${printing[*]}. Only root on Debian can install them; letters are shown as pages, their PDFs wait until Chromium is there."
  local looking=()
  add_document_tools looking
  [ ${#looking[@]} = 0 ] || install_packages "${looking[@]}" ||
    say "missing: ${looking[*]}. Only root on Debian can install them; documents wait to be inspected, receipts are not read."
}

# add_document_tools ARRAY: Debian's packages that documents are inspected and read with, as far as they are missing.
add_document_tools() {
  local -n packages=$1
  command -v qpdf >/dev/null || packages+=(qpdf)
  command -v vips >/dev/null && command -v vipsheader >/dev/null || packages+=(libvips-tools)
  command -v pdftotext >/dev/null || packages+=(poppler-utils)
  has_tesseract || packages+=(tesseract-ocr tesseract-ocr-jpn)
}

# What tests and benchmarks need besides. What stays missing makes those tests fail that need it.
install_for_tests() {
  local missing=()
  has_postgres || missing+=(postgresql)
  has_chromium || missing+=(chromium)
  add_document_tools missing
  has_clamd || missing+=(clamav-daemon)
  { command -v haproxy >/dev/null || [ -x /usr/sbin/haproxy ]; } || missing+=(haproxy)
  has_fonts || missing+=(fonts-noto-cjk)
  [ ${#missing[@]} = 0 ] || install_packages "${missing[@]}" ||
    say "missing: ${missing[*]}. Only root on Debian can install them from here."
}

install_npm_packages() {
  local stamp=$root/local/node_modules/.package-lock.installed.json
  cmp -s "$root/local/package-lock.json" "$stamp" && return
  say "fetching npm packages (about a minute)"
  (cd "$root/local" && npm ci --ignore-scripts --loglevel=error </dev/null >&2) || fail "npm ci failed."
  cp "$root/local/package-lock.json" "$stamp"
  rm -f "$build/npm-files.stamp"
}

# The design tokens, the font, what draws PDFs on the review desk, and the list of banks, from npm's packages to where the portal reads them.
copy_npm_files() {
  local modules=$root/local/node_modules lib=$root/web/src/wwwroot/lib
  [ -e "$build/npm-files.stamp" ] && [ -e "$lib/tokens.css" ] && [ -e "$lib/pdfjs/pdf.js" ] && [ -e "$build/banks.tsv" ] && return
  mkdir -p "$lib/noto-sans-jp/files"
  cp "$modules/@digital-go-jp/design-tokens/dist/tokens.css" "$lib/tokens.css"
  cp "$modules/@fontsource-variable/noto-sans-jp/index.css" "$lib/noto-sans-jp/index.css"
  cp "$modules/@fontsource-variable/noto-sans-jp/files/"*.woff2 "$lib/noto-sans-jp/files/"
  local pdfjs=$modules/pdfjs-dist
  rm -rf "$lib/pdfjs"
  mkdir -p "$lib/pdfjs/cmaps" "$lib/pdfjs/fonts" "$lib/pdfjs/wasm"
  cp "$pdfjs/build/pdf.min.mjs" "$lib/pdfjs/pdf.js"
  cp "$pdfjs/build/pdf.worker.min.mjs" "$lib/pdfjs/pdf.worker.js"
  cp "$pdfjs/cmaps/"{Adobe-Japan1,UniJIS,78,83,90,Add,EUC,Ext,Hankaku,Hiragana,Katakana,NWP,RKSJ,Roman,WP}*.bcmap "$pdfjs/cmaps/"{H,V}.bcmap "$lib/pdfjs/cmaps/"
  cp "$pdfjs/standard_fonts/"*.{pfb,ttf} "$lib/pdfjs/fonts/"
  cp "$pdfjs/wasm/openjpeg_nowasm_fallback.js" "$lib/pdfjs/wasm/"
  node "$root/local/banks.cjs" "$build/banks.tsv.new" && mv "$build/banks.tsv.new" "$build/banks.tsv"
  touch "$build/npm-files.stamp"
}

# publish NAME PROJECT SOURCE…: publishes to .build/NAME when a source is newer than the last time.
publish() {
  local name=$1 project=$root/$2 out=$build/$1 stamp=$build/$1.stamp
  shift 2
  local sources=("${@/#/$root/}" "$root"/Directory.*.props "$root/global.json")
  if [ -e "$stamp" ] && [ -d "$out" ]; then
    [ -z "$(find "${sources[@]}" \( -name bin -o -name obj \) -prune -o -newer "$stamp" -print -quit)" ] && return
  fi
  say "building $name"
  mkdir -p "$project/bin" "$project/obj"
  touch "$stamp.new"
  rm -rf "$out.new"
  dotnet publish "$project" -c Release -o "$out.new" -v quiet </dev/null >"$build/$name.log" 2>&1 ||
    { cat "$build/$name.log" >&2; fail "building $name failed."; }
  # A portal that still serves from the old folder keeps its open files.
  rm -rf "$out"
  mv "$out.new" "$out"
  mv "$stamp.new" "$stamp"
}
publish_web() { publish web web/src web/src data/src domain/src migrations; }
publish_local() { publish local local/src local/src; }
