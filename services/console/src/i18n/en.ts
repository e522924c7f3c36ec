/** Every area of words in this language: `en/<area>.ts` is found under `<area>.…`. */
const files = import.meta.glob<{ default: object }>('./en/*.ts', { eager: true })

export const words: Record<string, object> = Object.fromEntries(
  Object.entries(files).map(([path, file]) => [path.slice('./en/'.length, -'.ts'.length), file.default]),
)
