// The name's label follows the kind of applicant.
const name = document.getElementById("Name");
const label = document.querySelector("label[for='Name']");
const nameOf = kind => kind === "sole-proprietor" ? name.dataset.labelSoleProprietor : name.dataset.labelCorporation;
for (const radio of document.querySelectorAll("input[name='Kind']"))
  radio.addEventListener("change", () => { label.textContent = nameOf(radio.value); });
