import { type Release, releaseDocument, releaseOf } from '@huijiao/standard'

type Members = Record<string, unknown>

/**
 * A release with some members replaced, as a vector asks for what no built-in release has: `/rules/…`, or `/dictionaries/<code>/<code>/<member>`.
 * @throws RangeError when there is no such place
 */
export function releaseWith(release: Release, members: Readonly<Record<string, unknown>>): Release {
  const document = structuredClone(releaseDocument(release)) as unknown as Members
  for (const [pointer, value] of Object.entries(members)) {
    const path = pointer.slice(1).split('/')
    const last = path.pop() as string
    let at: unknown = document
    for (const segment of path) {
      const list = Array.isArray(at) ? at : ((at as { codes?: unknown }).codes ?? at)
      at = Array.isArray(list) ? list.find((one: { code?: string }) => one.code === segment) : (list as Members)[segment]
      if (typeof at !== 'object' || at === null) throw new RangeError(`the release has no ${pointer}`)
    }
    ;(at as Members)[last] = value
  }
  return releaseOf(document as unknown as Parameters<typeof releaseOf>[0])
}
