import type { Tables } from '@huijiao/database'
import type { Kysely } from 'kysely'
import type { Access } from './access.ts'
import { type Manager, mayManage } from './operator.ts'

/** What may be told of an account to whoever works beside it: who it is, and no more. */
export interface OperatorName {
  readonly operatorId: string
  /** The name for people, or the user name where the account has none. */
  readonly name: string
  readonly disabled: boolean
}

/**
 * Names of accounts, by their ids or by a part of a name, those in force first, then by name.
 * @param by accounts whose regions are not all inside the reader's are left out; the reader's own is always told
 * @param of `ids`: these only; `q`: a part of the name or of the user name, in any case of letters
 */
export async function operatorNames(
  access: Access,
  by: Pick<Manager, 'bounds' | 'operatorId'>,
  of: { readonly ids?: readonly string[]; readonly q?: string; readonly limit: number },
): Promise<OperatorName[]> {
  if (of.ids?.length === 0) return []
  let query = access.hub.db.selectFrom('operator').select(['operator_id', 'user_name', 'display_name', 'regions', 'disabled_at'])
  if (of.ids !== undefined) query = query.where('operator_id', 'in', of.ids)
  // Accounts are few: they are picked here, by the rule that everything else about accounts follows.
  const words = of.q?.normalize('NFKC').trim().toLowerCase() ?? ''
  return (await query.execute())
    .filter((row) => row.operator_id === by.operatorId || mayManage(by, row))
    .filter((row) => `${row.display_name ?? ''}\n${row.user_name}`.normalize('NFKC').toLowerCase().includes(words))
    .map((row) => ({
      operatorId: row.operator_id,
      name: row.display_name ?? row.user_name,
      disabled: row.disabled_at !== null,
    }))
    .toSorted((a, b) => Number(a.disabled) - Number(b.disabled) || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))
    .slice(0, of.limit)
}

/** Members of answers that say who did something, as the log has it. What senders hand in stands under other names. */
const deeds: ReadonlySet<string> = new Set(['actor', 'by', 'decidedBy', 'loadedBy', 'publishedBy', 'settledBy', 'startedBy'])
const actor = /^operator:o-[0-9a-f]{1,40}$/

/**
 * The display names of the accounts of which an answer says that they did something: for whoever may see the answer, whatever their role and regions. Nothing
 * else of an account is told, and its user name not in place of the display name: one signs in with it.
 * @param of `enteredWith`: the participant in whose name accounts of this node submit; who entered a version of any other sender is that one's own word
 * @returns by the actor, `operator:o-…`; accounts without a display name are left out
 */
export async function accountNamesMentioned(
  db: Kysely<Tables>,
  answer: unknown,
  { enteredWith }: { readonly enteredWith?: string } = {},
): Promise<Record<string, string>> {
  const actors = [...mentionsIn(answer, enteredWith)]
  if (actors.length === 0) return {}
  const ids = actors.map((one) => one.slice('operator:'.length))
  const rows = await db.selectFrom('operator').select(['operator_id', 'display_name']).where('operator_id', 'in', ids).execute()
  return Object.fromEntries(rows.flatMap((row) => (row.display_name === null ? [] : [[`operator:${row.operator_id}`, row.display_name]])))
}

function mentionsIn(value: unknown, enteredWith: string | undefined, found: Set<string> = new Set()): Set<string> {
  if (Array.isArray(value)) for (const one of value) mentionsIn(one, enteredWith, found)
  else if (value !== null && typeof value === 'object' && !(value instanceof Date)) {
    for (const [name, one] of Object.entries(value))
      if (typeof one !== 'string') mentionsIn(one, enteredWith, found)
      else if (deeds.has(name) && actor.test(one)) found.add(one)
    const { enteredBy, submission } = value as { readonly enteredBy?: unknown; readonly submission?: { readonly participant?: unknown } }
    const ours = enteredWith !== undefined && submission?.participant === enteredWith
    if (ours && typeof enteredBy === 'string' && actor.test(enteredBy)) found.add(enteredBy)
  }
  return found
}
