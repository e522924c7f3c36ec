/** Characters that XML 1.0 cannot hold at all. */
// oxlint-disable-next-line no-control-regex
const impossible = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g

/** Text for an element or an attribute of XML; what XML cannot hold is left out. */
export function xmlText(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(impossible, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}

/** Text of a cell: as `xmlText`, but what XML cannot hold, and what would read as such an escape, is escaped as Excel does. */
export function cellText(text: string): string {
  const escaped = text
    .replaceAll(/_x([0-9A-Fa-f]{4})_/g, '_x005F_x$1_')
    .replaceAll(impossible, (one) => `_x${one.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}_`)
    .replaceAll('\r', '_x000D_')
  return xmlText(escaped)
}

/** A `t` element; white space at its ends is kept. */
export function textElement(text: string, prefix = ''): string {
  const space = /^\s|\s$|\n/.test(text) ? ' xml:space="preserve"' : ''
  return `<${prefix}t${space}>${cellText(text)}</${prefix}t>`
}
