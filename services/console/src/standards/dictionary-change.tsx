import { Button, Radio } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { DataTable } from '../parts/data-table.tsx'
import { numberText } from '../parts/format.ts'
import { Facts, Panel, StateTag } from '../parts/page-header.tsx'
import { RegionName } from '../parts/region-name.tsx'
import { useFieldNames } from '../policy/named.tsx'
import { type CodeChange, type CodeChangeKind, changesNothing, comparedMembers, kindMeaning, type Proposed } from './dictionary-types.ts'

const kinds = ['added', 'changed', 'ended', 'removed'] as const
const atOnce = 100

/** What the file would change: how many codes of each kind, how unlisted codes fare, and every change with before and after. */
export function Changes({ proposed }: { proposed: Proposed }) {
  const { t } = useTranslation()
  const { counts, before, after } = proposed
  return (
    <Panel title={t('dictionary.step.difference')} extra={<span className="muted">{t('dictionary.nothingStored')}</span>}>
      <dl className="count-figures">
        {[...kinds, 'same' as const].map((kind) => (
          <div key={kind} className={`figure ${kind === 'removed' && counts.removed > 0 ? 'warn' : ''}`}>
            <dt>{t(`dictionary.kinds.${kind}`)}</dt>
            <dd className="value">{numberText(counts[kind])}</dd>
          </div>
        ))}
      </dl>
      <Facts
        rows={[
          [
            t('dictionary.revision'),
            <span key="revision">
              {proposed.release} r{before.revision} → <strong>r{proposed.revision}</strong>
            </span>,
          ],
          [t('standards.issuer'), <RegionName key="issuer" code={proposed.issuer} />],
          [t('dictionary.codes'), `${numberText(before.codes)} → ${numberText(after.codes)}`],
          [
            t('dictionary.unlisted'),
            before.closed === after.closed
              ? t(after.closed ? 'dictionary.refused' : 'dictionary.noted')
              : `${t(before.closed ? 'dictionary.refused' : 'dictionary.noted')} → ${t(after.closed ? 'dictionary.refused' : 'dictionary.noted')}`,
          ],
          [t('dictionary.touched'), <Touched key="use" use={proposed.use} />],
        ]}
      />
      {changesNothing(proposed) ? (
        <output className="notice block panel-foot">{t('dictionary.noChange')}</output>
      ) : (
        <ChangeList proposed={proposed} />
      )}
    </Panel>
  )
}

/** How many stored records use a code that would end, go or be renamed. */
function Touched({ use }: { use: Proposed['use'] }) {
  const { t } = useTranslation()
  const fieldName = useFieldNames()
  const { records, more, looked, unseen } = use
  return (
    <>
      <span className="row">
        <strong className="number">
          {t(more ? 'dictionary.touchedAtLeast' : 'dictionary.touchedRecords', { text: numberText(records), count: records })}
        </strong>
        <span className="muted">{t('dictionary.touchedText')}</span>
      </span>
      {more && <p className="muted">{t('dictionary.lookedThrough', { text: numberText(looked), count: looked })}</p>}
      {unseen.length > 0 && (
        <p className="muted">
          {t('dictionary.unseen', {
            fields: [...new Set(unseen.map(({ entity, field }) => fieldName(field, [entity])))].join(t('dictionary.and')),
          })}
        </p>
      )}
    </>
  )
}

function ChangeList({ proposed }: { proposed: Proposed }) {
  const { t } = useTranslation()
  const [kind, setKind] = useState<CodeChangeKind | 'all'>('all')
  const [all, setAll] = useState(false)
  const { changes, counts } = proposed
  const present = kinds.filter((one) => counts[one] > 0)
  if (changes.length === 0) return null
  const rows = kind === 'all' ? changes : changes.filter((one) => one.kind === kind)
  return (
    <div className="page panel-foot">
      {present.length > 1 && (
        <Radio.Group
          optionType="button"
          aria-label={t('dictionary.show')}
          value={kind}
          onChange={({ target }) => setKind(target.value as CodeChangeKind | 'all')}
          options={[
            { value: 'all', label: t('common.all') },
            ...present.map((one) => ({ value: one, label: `${t(`dictionary.kinds.${one}`)} ${numberText(counts[one])}` })),
          ]}
        />
      )}
      {proposed.more && <p className="notice warn">{t('dictionary.more', { count: changes.length })}</p>}
      <DataTable<CodeChange>
        label={t('dictionary.step.difference')}
        page={{ data: { items: rows.slice(0, all ? rows.length : atOnce), next: null }, error: null, isPending: false, refetch: () => {} }}
        rowKey={(row) => row.code}
        columns={[
          { key: 'code', title: t('standard.code'), head: true, render: (row) => <strong className="number break">{row.code}</strong> },
          {
            key: 'kind',
            title: t('dictionary.what'),
            render: (row) => <StateTag meaning={kindMeaning[row.kind]}>{t(`dictionary.kinds.${row.kind}`)}</StateTag>,
          },
          {
            key: 'name',
            title: t('standard.name'),
            render: (row) => <span className="break">{(row.after ?? row.before)?.nameZh}</span>,
          },
          { key: 'change', title: t('dictionary.change'), render: (row) => <Members row={row} /> },
          ...(proposed.use.records === 0
            ? []
            : [
                {
                  key: 'uses',
                  title: t('dictionary.uses'),
                  align: 'right' as const,
                  render: ({ code }: CodeChange) => {
                    const used = proposed.use.codes[code]
                    return used === undefined ? <span className="muted">—</span> : `${proposed.use.more ? '≥ ' : ''}${numberText(used)}`
                  },
                },
              ]),
        ]}
      />
      {rows.length > atOnce && !all && (
        <Button className="more-changes" onClick={() => setAll(true)}>
          {t('dictionary.showAll', { count: rows.length })}
        </Button>
      )}
    </div>
  )
}

/** Of a code that stays: each member that differs, before and after. Of others: until or from when they count, where that is said. */
function Members({ row }: { row: CodeChange }) {
  const { t } = useTranslation()
  const { before, after } = row
  if (before === null || after === null) {
    const { validFrom, validTo } = (after ?? before) as NonNullable<typeof after>
    if (validFrom === undefined && validTo === undefined) return <span className="muted">—</span>
    return (
      <span className="number">
        {validFrom ?? ''} – {validTo ?? ''}
      </span>
    )
  }
  const differing = comparedMembers.filter((member) => (before[member] ?? '') !== (after[member] ?? ''))
  return (
    <ul className="bare-list">
      {differing.map((member) => (
        <li key={member} className="break">
          <span className="muted">{t(`dictionary.members.${member}`)}</span>{' '}
          <del className="was">{before[member] === undefined || before[member] === '' ? t('dictionary.blank') : before[member]}</del> →{' '}
          <ins className="is">{after[member] === undefined || after[member] === '' ? t('dictionary.blank') : after[member]}</ins>
        </li>
      ))}
    </ul>
  )
}
