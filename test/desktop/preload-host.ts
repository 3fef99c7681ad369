/**
 * The script that runs the real preload text in a page, around stand-ins of `contextBridge` and `ipcRenderer`. It stands
 * in a function of its own, not in `new Function`: the page's policy forbids that.
 */
export function preloadScript(preload: string): string {
  return `(() => {
  const listeners = new Map();
  const ipcRenderer = {
    invoke: async (channel, ...args) => {
      const answer = await globalThis.standInInvoke(channel, args);
      if ('error' in answer) throw new Error("Error invoking remote method '" + channel + "': " + answer.error);
      return answer.value;
    },
    on: (channel, heard) => void listeners.set(channel, [...(listeners.get(channel) ?? []), heard]),
    off: (channel, heard) =>
      void listeners.set(channel, (listeners.get(channel) ?? []).filter((one) => one !== heard)),
  };
  const exposed = [];
  const contextBridge = {
    exposeInMainWorld: (name, api) => {
      exposed.push(name);
      Object.defineProperty(globalThis, name, { value: Object.freeze(api) });
    },
  };
  globalThis.standInDeliver = (channel, args) => {
    for (const heard of listeners.get(channel) ?? []) heard({}, ...structuredClone(args));
  };
  globalThis.standInSeen = { exposed, required: [], violations: [] };
  document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) =>
    globalThis.standInSeen.violations.push(violatedDirective + ' ' + blockedURI));
  const require = (name) => {
    globalThis.standInSeen.required.push(name);
    if (name !== 'electron') throw new Error('a sandboxed preload has no ' + name);
    return { contextBridge, ipcRenderer };
  };
  ((require, module, exports) => {
${preload}
  })(require, { exports: {} }, {});
})();`;
}
