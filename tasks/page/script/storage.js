// What the browser remembers. Storage is refused in some places where a page opens from disk: memory serves there.

const memory = new Map();

const remembered = {
  get(key) {
    let stored = null;
    try { stored = localStorage.getItem("charflow." + key); } catch { /* see above */ }
    return stored ?? memory.get(key) ?? null;
  },
  // Whether it will outlast the page.
  set(key, value) {
    memory.set(key, value);
    try { localStorage.setItem("charflow." + key, value); } catch { return false; }
    return true;
  },
};
