import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Scroll } from '../parts/scroll.tsx'
import './policy.css'

/** Rules of one kind: what each speaks of, what it says, and its basis last. On phones each rule is a block. */
export function PolicyTable({
  label,
  heads,
  rows,
}: {
  label: string
  /** One for the row's head, one for each cell; that of the basis is added. */
  heads: readonly string[]
  rows: readonly { readonly key: string; readonly head: ReactNode; readonly cells: readonly ReactNode[]; readonly basis: string }[]
}) {
  const { t } = useTranslation()
  return (
    <Scroll label={label}>
      <table className="table policy-table stacked">
        <thead>
          <tr>
            {heads.map((head) => (
              <th key={head} scope="col">
                {head}
              </th>
            ))}
            <th scope="col">{t('policy.basis')}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.key}>
              <th scope="row">{row.head}</th>
              {row.cells.map((cell, at) => (
                <td key={heads[at + 1]} data-label={heads[at + 1]}>
                  {cell}
                </td>
              ))}
              <td data-label={t('policy.basis')}>{row.basis}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  )
}
