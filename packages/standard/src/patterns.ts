/** Patterns that the schemas and the explanations of refusals share. All are ECMA-262 with the `u` flag. */

/** Any text without control characters (but tab and line breaks) and without lone surrogates: neither can be stored or hashed. */
export const textPattern = '^[^\\u0000-\\u0008\\u000B\\u000C\\u000E-\\u001F\\u007F\\uD800-\\uDFFF]*$'

export const regionPattern = '^[0-9]{6}$'

/**
 * A decimal without exponent, without superfluous leading zeros.
 * @param precision most digits in all; absent: 15, what a double holds
 * @param scale most digits after the point; absent: 6
 */
export function decimalPattern(precision = 15, scale = 6): string {
  const whole = precision - scale
  const integer = whole <= 1 ? '[0-9]' : `(?:0|[1-9][0-9]{0,${whole - 1}})`
  return scale === 0 ? `^-?${integer}$` : `^-?${integer}(?:\\.[0-9]{1,${scale}})?$`
}
