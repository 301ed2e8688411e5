// What the browser remembers. Storage is refused in some places where a page opens from disk: memory serves there.

const memory = new Map();

const remembered = {
  get(key) {
    try { return localStorage.getItem("charflow." + key) ?? memory.get(key) ?? null; } catch { return memory.get(key) ?? null; }
  },
  // Whether it will outlast the page.
  set(key, value) {
    memory.set(key, value);
    try { localStorage.setItem("charflow." + key, value); } catch { return false; }
    return true;
  },
};
