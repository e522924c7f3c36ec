/** A personal value as it may stand in an answer: enough to find it again in one's own table, not enough to use it. */
export function mask(text: string): string {
  const characters = [...text]
  const count = characters.length
  if (count <= 1) return '*'.repeat(count)
  if (count <= 5) return characters[0]! + '*'.repeat(count - 1)
  return characters.slice(0, 3).join('') + '*'.repeat(Math.min(count - 5, 20)) + characters.slice(-2).join('')
}

const shownMax = 200
const identityNumber = /(?<!\d)[1-9]\d{5}(?:18|19|20)\d{9}[\dXx](?!\d)/g

/** Whether a text holds what looks like a resident identity number, right or mistyped. */
export function holdsIdentityNumber(text: string): boolean {
  return text.length >= 18 && text.search(identityNumber) >= 0
}

/**
 * What was sent, as an answer shows it: masked when personal, cut to 200 characters, never a whole object.
 * @param scans whether identity numbers inside the text are masked too
 */
export function shown(value: unknown, personal: boolean, scans = true): unknown {
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? '[…]' : '{…}'
  if (personal) return mask(String(value))
  if (typeof value !== 'string') return value
  const sound = value.toWellFormed()
  const text = scans ? sound.replace(identityNumber, mask) : sound
  return text.length <= shownMax ? text : `${[...text.slice(0, shownMax * 2)].slice(0, shownMax).join('')}…`
}
