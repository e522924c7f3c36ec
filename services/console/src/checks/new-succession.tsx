import { keyProblems, type Release } from '@huijiao/standard/browser'
import { App, Button, Select } from 'antd'
import { useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useSend } from '../api/hooks.ts'
import { Confirm } from '../parts/confirm.tsx'
import { DatePicker } from '../parts/date-picker.tsx'
import { Fetched } from '../parts/states.tsx'
import { nameIn, useRelease, useReleases } from '../standard/release.ts'
import { type EndGiven, EndInput, emptyEnd, endOf, recordIdForm } from './succession-end.tsx'
import type { SuccessionRow } from './types.ts'
import '../entry/entry.css'

type Kind = SuccessionRow['kind']
type Side = 'from' | 'to'
/** How many numbers there are on each side, at least and at most, as the node takes them. */
const counts: Readonly<Record<Kind, Readonly<Record<Side, readonly [least: number, most: number]>>>> = {
  renamed: { from: [1, 1], to: [1, 1] },
  merged: { from: [1, 100], to: [1, 1] },
  split: { from: [1, 1], to: [2, 100] },
}
const usualTable = 'TBProjectInfo'
const stale = ['/admin/v1/successions', '/admin/v1/duplicates', '/admin/v1/records', '/admin/v1/held']

interface Given {
  readonly entity: string
  readonly kind: Kind
  readonly from: readonly EndGiven[]
  readonly to: readonly EndGiven[]
  readonly effectiveOn: string | null
}

/** Enough ends for the kind, and not too many; what was filled in stays. */
function fitted(given: Given): Given {
  const side = (name: Side) => {
    const [least, most] = counts[given.kind][name]
    const kept = given[name].slice(0, most)
    return [...kept, ...Array.from({ length: Math.max(0, least - kept.length) }, () => emptyEnd())]
  }
  return { ...given, from: side('from'), to: side('to') }
}

/** Notes that a number became another: by its numbers as they are written, or by records. */
export function NewSuccession({
  begun,
  onEnd,
}: {
  begun: { readonly entity?: string | undefined; readonly recordId?: string | undefined }
  onEnd: () => void
}) {
  const { t } = useTranslation()
  const { message } = App.useApp()
  const { usual } = useReleases()
  const release = useRelease(usual)
  const send = useSend('post', '/admin/v1/successions', stale)
  const [checked, setChecked] = useState(false)
  const [given, setGiven] = useState<Given>(() =>
    fitted({
      entity: begun.entity ?? usualTable,
      kind: 'renamed',
      from: begun.recordId === undefined ? [] : [{ ...emptyEnd(), by: 'record', recordId: begun.recordId }],
      to: [],
      effectiveOn: null,
    }),
  )
  const submit = (reason: string) => {
    setChecked(true)
    const entity = release.data?.entities.get(given.entity)
    const sound = (end: EndGiven) =>
      end.by === 'record' ? recordIdForm.test(end.recordId) : entity !== undefined && keyProblems(entity, end.key).length === 0
    if (entity === undefined || ![...given.from, ...given.to].every(sound)) return
    send.mutate(
      {
        body: {
          entity: given.entity,
          kind: given.kind,
          from: given.from.map(endOf),
          to: given.to.map(endOf),
          reason,
          ...(given.effectiveOn === null ? {} : { effectiveOn: given.effectiveOn }),
        },
      },
      {
        onSuccess: () => {
          onEnd()
          void message.success(t('checks.successions.added'))
        },
      },
    )
  }
  return (
    <Confirm open reason title={t('checks.successions.add')} busy={send.isPending} error={send.error} onOk={submit} onCancel={onEnd}>
      <div className="page door-gap">
        <p className="muted">{t('checks.successions.addText')}</p>
        <Fetched query={release}>{(known) => <Fields release={known} given={given} checked={checked} onChange={setGiven} />}</Fetched>
      </div>
    </Confirm>
  )
}

function Fields({
  release,
  given,
  checked,
  onChange,
}: {
  release: Release
  given: Given
  checked: boolean
  onChange: (given: Given) => void
}) {
  const { t, i18n } = useTranslation()
  const id = useId()
  const tables = [...release.entities.values()]
    .filter((entity) => entity.key.length > 0 || entity.code === given.entity)
    .map((entity) => ({
      value: entity.code,
      label: `${nameIn(i18n.language, entity)} ${entity.code}`,
      words: `${entity.nameZh} ${entity.nameEn} ${entity.code}`.toLowerCase(),
    }))
  const another = (entity: string) => onChange(fitted({ ...given, entity, from: [], to: [] }))
  return (
    <div className="page">
      <div className="field">
        <label htmlFor={`${id}-entity`}>{t('checks.entity')}</label>
        <Select
          id={`${id}-entity`}
          value={given.entity}
          options={tables}
          showSearch={{ filterOption: (input, option) => option?.words.includes(input.trim().toLowerCase()) === true }}
          onChange={another}
        />
      </div>
      <div className="field">
        <label htmlFor={`${id}-kind`}>{t('checks.successions.kind')}</label>
        <Select
          id={`${id}-kind`}
          value={given.kind}
          options={(['renamed', 'merged', 'split'] as const).map((value) => ({ value, label: t(`checks.successions.kinds.${value}`) }))}
          onChange={(kind: Kind) => onChange(fitted({ ...given, kind }))}
        />
      </div>
      {(['from', 'to'] as const).map((side) => (
        <Ends key={side} side={side} release={release} given={given} checked={checked} onChange={onChange} />
      ))}
      <div className="field">
        <label htmlFor={`${id}-day`}>{t('checks.successions.effectiveOn')}</label>
        <DatePicker id={`${id}-day`} onChange={(day) => onChange({ ...given, effectiveOn: day?.format('YYYY-MM-DD') ?? null })} />
      </div>
    </div>
  )
}

/** One side: as many numbers as its kind takes. */
function Ends({
  side,
  release,
  given,
  checked,
  onChange,
}: {
  side: Side
  release: Release
  given: Given
  checked: boolean
  onChange: (given: Given) => void
}) {
  const { t } = useTranslation()
  const [least, most] = counts[given.kind][side]
  const ends = given[side]
  const entity = release.entities.get(given.entity)
  const set = (next: readonly EndGiven[]) => onChange({ ...given, [side]: next })
  return (
    <fieldset className="person">
      <legend>{t(`checks.successions.${side}`)}</legend>
      {entity !== undefined &&
        ends.map((end, at) => (
          <EndInput
            key={end.id}
            release={release}
            entity={entity}
            end={end}
            checked={checked}
            title={ends.length > 1 ? t('checks.successions.end', { n: at + 1 }) : null}
            onChange={(next) => set(ends.map((one) => (one.id === end.id ? next : one)))}
            onRemove={ends.length > least ? () => set(ends.filter((one) => one.id !== end.id)) : null}
          />
        ))}
      {ends.length < most && (
        <p>
          <Button size="small" onClick={() => set([...ends, emptyEnd()])}>
            {t('checks.successions.more')}
          </Button>
        </p>
      )}
    </fieldset>
  )
}
