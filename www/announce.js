// What happened, for those who do not see it.

function say(id, text) {
  const region = document.getElementById(id);
  region.textContent = "";
  // The same words again are read again only if they were gone in between.
  setTimeout(() => {
    region.textContent = text;
  }, 50);
}

export const announce = (text) => say("status", text);
export const announceNow = (text) => say("alert", text);
