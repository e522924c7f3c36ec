import { useQueries } from '@tanstack/react-query'
import { call } from './client.ts'
import { useSession } from './session.tsx'

const accountId = /^(?:operator:)?(o-[0-9a-f]{1,40})$/
const mostAtOnce = 100

/** The id of the account that a text stands for: `o-…` or, as an actor, `operator:o-…`; undefined for any other text. */
export const accountOf = (text: string): string | undefined => accountId.exec(text)?.[1]

let waiting: { readonly ids: Set<string>; readonly answer: Promise<ReadonlyMap<string, string>> } | null = null

/** Asks for all names that a page wants in the same moment with one request. */
async function nameOf(id: string): Promise<string | null> {
  if (waiting === null || waiting.ids.size >= mostAtOnce) {
    const ids = new Set<string>()
    const answer = new Promise<void>((go) => setTimeout(go, 10)).then(async () => {
      if (waiting?.ids === ids) waiting = null
      const { items } = await call('get', '/admin/v1/operators/names', { query: { ids: [...ids].join(','), limit: mostAtOnce } })
      return new Map(items.map((one) => [one.operatorId, one.name]))
    })
    waiting = { ids, answer }
  }
  waiting.ids.add(id)
  return (await waiting.answer).get(id) ?? null
}

/**
 * Names of the accounts among these texts, by the text. What the reader may not be told, or is not yet there, is left out: the id stands for it.
 * @param texts of any kind; those that stand for no account are passed over
 */
export function useAccountNames(texts: readonly string[]): Readonly<Record<string, string>> {
  const { may } = useSession()
  const ids = [...new Set(texts.flatMap((text) => accountOf(text) ?? []))]
  const asked = useQueries({
    queries: ids.map((id) => ({
      queryKey: ['/admin/v1/operators/names', id],
      queryFn: () => nameOf(id),
      staleTime: 300_000,
      enabled: may('GET', '/operators/names'),
    })),
  })
  const names = new Map(ids.map((id, at) => [id, asked[at]?.data ?? undefined]))
  return Object.fromEntries(
    texts.flatMap((text) => {
      const name = names.get(accountOf(text) ?? '')
      return name === undefined ? [] : [[text, name]]
    }),
  )
}
