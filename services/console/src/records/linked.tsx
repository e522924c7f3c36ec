import { Button } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { call } from '../api/client.ts'
import { useApi } from '../api/hooks.ts'
import { Panel } from '../parts/page-header.tsx'
import { Scroll } from '../parts/scroll.tsx'
import { Empty, Failed, Fetched } from '../parts/states.tsx'
import type { Group, RecordListed } from './types.ts'
import { nameOf, said, valueText } from './values.tsx'

/** What hangs together with a record, both ways, by table. */
export function Linked({ recordId }: { recordId: string }) {
  const { t } = useTranslation()
  const query = useApi('/admin/v1/records/{recordId}/linked', { path: { recordId } })
  return (
    <Fetched query={query}>
      {(data) => {
        const { groups } = data as unknown as { groups: Group[] }
        if (groups.length === 0) return <Empty title={t('records.noLinks')} />
        return (
          <>
            {(['above', 'below'] as const).map((direction) => {
              const own = groups.filter((group) => group.direction === direction)
              return own.length === 0 ? null : (
                <div key={direction} className="page">
                  <h2 className="link-direction">{t(`records.direction.${direction}`)}</h2>
                  {own.map((group) => (
                    <LinkTable key={group.entity} recordId={recordId} group={group} />
                  ))}
                </div>
              )
            })}
          </>
        )
      }}
    </Fetched>
  )
}

function LinkTable({ recordId, group }: { recordId: string; group: Group }) {
  const { t } = useTranslation()
  const [more, setMore] = useState<{ items: readonly RecordListed[]; next: string | null } | null>(null)
  const items = more?.items ?? group.items
  const rest = more === null ? group.count > group.items.length || group.more : more.next !== null
  const [failure, setFailure] = useState<unknown>(null)
  const load = async () => {
    setFailure(null)
    const query = { entity: group.entity, direction: group.direction, limit: 50, ...(more?.next == null ? {} : { cursor: more.next }) }
    const page = (await call('get', '/admin/v1/records/{recordId}/linked', { path: { recordId }, query: query as never })) as unknown as {
      groups: Group[]
      next: string | null
    }
    setMore({ items: [...(more?.items ?? []), ...(page.groups[0]?.items ?? [])], next: page.next })
  }
  const codes = [...new Set(items.flatMap((item) => item.facts.map((field) => field.code)))].slice(0, 4)
  const heading = (code: string) => items.flatMap((item) => item.facts).find((field) => field.code === code)
  return (
    <Panel title={`${said(group.entityName)}（${group.count}${group.more ? '+' : ''}）`}>
      <Scroll label={said(group.entityName)}>
        <table className="table stacked">
          <thead>
            <tr>
              <th scope="col">{t('records.name')}</th>
              <th scope="col">{t('records.number')}</th>
              {codes.map((code) => (
                <th key={code} scope="col">
                  {said(heading(code) ?? { zh: code, en: code })}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {items.map((item) => (
              <tr key={item.recordId}>
                <td>
                  <Link to={`/records/${item.recordId}`}>{nameOf(item)}</Link>
                </td>
                <td className="mono break" data-label={t('records.number')}>
                  {item.number}
                </td>
                {codes.map((code) => {
                  const field = item.facts.find((one) => one.code === code)
                  return (
                    <td key={code} data-label={said(heading(code) ?? { zh: code, en: code })}>
                      {field === undefined ? '—' : valueText(field)}
                    </td>
                  )
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
      {rest && (
        <p className="no-print">
          <Button onClick={() => void load().catch(setFailure)}>{t('common.more')}</Button>
        </p>
      )}
      {failure !== null && <Failed error={failure} again={() => void load().catch(setFailure)} />}
    </Panel>
  )
}
