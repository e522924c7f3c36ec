/** When the person last touched this page. What the page asks by itself counts as use of the session at the node, so it asks only while somebody is there. */
let last = Date.now()
const awayMs = 5 * 60_000

for (const name of ['pointerdown', 'keydown', 'wheel', 'touchstart', 'focus'] as const)
  window.addEventListener(name, () => (last = Date.now()), { capture: true, passive: true })

export const personIsHere = (): boolean => document.visibilityState === 'visible' && Date.now() - last < awayMs
