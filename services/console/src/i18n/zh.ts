/** Every area of words in this language: `zh/<area>.ts` is found under `<area>.…`. */
const files = import.meta.glob<{ default: object }>('./zh/*.ts', { eager: true })

export const words: Record<string, object> = Object.fromEntries(
  Object.entries(files).map(([path, file]) => [path.slice('./zh/'.length, -'.ts'.length), file.default]),
)
