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
