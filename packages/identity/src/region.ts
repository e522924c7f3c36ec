/**
 * Whether a set of granted regions covers a code. A province code (`370000`) covers every code that begins with its two digits, a city code
 * (`370100`) every one that begins with its four, `000000` the whole nation; everything else covers itself alone: counties, and registered
 * codes outside GB/T 2260 (zones, corps), which need not be six digits. Old codes that were moved elsewhere (371202 → 370116) are the
 * caller's matter: ask also for the successor.
 */
export function coversRegion(granted: readonly string[], code: string): boolean {
  return granted.some((region) => {
    if (region === code) return true
    if (!/^\d{6}$/.test(region) || !/^\d{6}$/.test(code)) return false
    if (region === '000000') return true
    if (region.endsWith('0000')) return code.startsWith(region.slice(0, 2))
    return region.endsWith('00') && code.startsWith(region.slice(0, 4))
  })
}

/** The first of some codes that is not covered; undefined when all are. */
export const firstNotCovered = (granted: readonly string[], codes: readonly string[]): string | undefined =>
  codes.find((code) => !coversRegion(granted, code))
