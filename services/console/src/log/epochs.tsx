import { useTranslation } from 'react-i18next'
import { useApi } from '../api/hooks.ts'
import { DataTable } from '../parts/data-table.tsx'
import { numberText } from '../parts/format.ts'
import { Facts, type Meaning, StateTag } from '../parts/page-header.tsx'
import { RegionName } from '../parts/region-name.tsx'
import { Empty, Fetched } from '../parts/states.tsx'
import { Time } from '../parts/time.tsx'
import { NumbersAsked, Refused, Waiting } from './epoch-questions.tsx'

interface EpochName {
  readonly number: number
  readonly id: string
}
interface Begun {
  readonly epoch: EpochName
  readonly beganAt: string
  readonly reason: 'restore' | 'shortfall' | 'unconfirmed' | 're-created' | 'asked'
  readonly previous: { readonly epoch: EpochName; readonly size: number }
  /** The furthest that anybody had seen of the epoch before: a node above or below, or the data directory (`high-water`). */
  readonly known: { readonly epoch: EpochName; readonly size: number; readonly by: string } | null
  readonly healing: 'waiting' | 'done' | 'left'
  readonly healedAt: string | null
  readonly report: {
    readonly lost?: number | null
    readonly returned?: readonly {
      readonly upstream: string
      readonly deliveries: number
      readonly entries: number
      readonly records: number
      readonly refused: number
    }[]
    readonly notReturned?: number | null
  } | null
}
interface Neighbour {
  readonly side: 'above' | 'below'
  readonly name: string
  readonly epoch: EpochName
  readonly size: number
  readonly heardAt: string
}
interface EpochsShown {
  readonly epoch: EpochName
  readonly refusal: { readonly zh: string; readonly en: string } | null
  readonly healing: boolean
  /** Numbers may have been given that are not known here, and none is given until somebody has decided. */
  readonly numbers: { readonly epoch: number; readonly askedAt: string } | null
  readonly begun: readonly Begun[]
  readonly neighbours: readonly Neighbour[]
}

const meanings: Readonly<Record<Begun['healing'], Meaning>> = { waiting: 'warn', done: 'good', left: 'quiet' }
const healingEveryMs = 5_000

/** The lives of this node's log: which one it is in, what a restore lost and what came back, how far neighbours have seen it. */
export function Epochs() {
  const { t, i18n } = useTranslation()
  const query = useApi('/admin/v1/epochs', {}, { everyMs: healingEveryMs })
  return (
    <Fetched query={query}>
      {(data) => {
        const { epoch, refusal, healing, numbers, begun, neighbours } = data as unknown as EpochsShown
        return (
          <div className="page">
            <p className="muted">{t('epochs.text')}</p>
            {refusal !== null && <Refused words={i18n.language === 'en' ? refusal.en : refusal.zh} />}
            {healing && <Waiting />}
            {numbers !== null && <NumbersAsked askedAt={numbers.askedAt} />}
            <Facts
              rows={[
                [
                  t('epochs.now'),
                  <span key="now" className="row">
                    <EpochText epoch={epoch} />
                    {refusal === null && !healing && <StateTag meaning="good">{t('epochs.sound')}</StateTag>}
                  </span>,
                ],
              ]}
            />
            <h2>{t('epochs.begun')}</h2>
            <DataTable<Begun>
              label={t('epochs.begun')}
              page={{ data: { items: begun, next: null }, error: null, isPending: false, refetch: () => {} }}
              rowKey={(row) => String(row.epoch.number)}
              empty={
                <Empty title={t('epochs.none')}>
                  <p>{t('epochs.noneText')}</p>
                </Empty>
              }
              expand={(row) => <Details row={row} />}
              columns={[
                { key: 'epoch', title: t('epochs.epoch'), head: true, render: (row) => <EpochText epoch={row.epoch} /> },
                { key: 'at', title: t('epochs.beganAt'), render: (row) => <Time at={row.beganAt} /> },
                { key: 'why', title: t('epochs.why'), render: (row) => t(`epochs.reasons.${row.reason}`) },
                {
                  key: 'lost',
                  title: t('epochs.lost'),
                  align: 'right',
                  render: (row) => (row.report?.lost == null ? '—' : numberText(row.report.lost)),
                },
                {
                  key: 'gone',
                  title: t('epochs.notReturned'),
                  align: 'right',
                  render: (row) => (row.report?.notReturned == null ? '—' : numberText(row.report.notReturned)),
                },
                {
                  key: 'state',
                  title: t('checks.state'),
                  render: (row) => <StateTag meaning={meanings[row.healing]}>{t(`epochs.healing.${row.healing}`)}</StateTag>,
                },
              ]}
            />
            <h2>{t('epochs.neighbours')}</h2>
            <p className="muted">{t('epochs.neighboursText')}</p>
            <DataTable<Neighbour>
              label={t('epochs.neighbours')}
              page={{ data: { items: neighbours, next: null }, error: null, isPending: false, refetch: () => {} }}
              rowKey={(row) => `${row.side} ${row.name}`}
              empty={<p className="muted">{t('epochs.noNeighbours')}</p>}
              columns={[
                { key: 'name', title: t('epochs.neighbour'), head: true, render: (row) => <RegionName code={row.name} /> },
                { key: 'side', title: t('epochs.side'), render: (row) => t(`epochs.sides.${row.side}`) },
                { key: 'epoch', title: t('epochs.epoch'), render: (row) => <EpochText epoch={row.epoch} /> },
                { key: 'size', title: t('epochs.size'), align: 'right', render: (row) => numberText(row.size) },
                { key: 'at', title: t('epochs.heardAt'), render: (row) => <Time at={row.heardAt} ago /> },
              ]}
            />
          </div>
        )
      }}
    </Fetched>
  )
}

function EpochText({ epoch }: { epoch: EpochName }) {
  const { t } = useTranslation()
  return (
    <span>
      {t('epochs.nth', { n: epoch.number })} <code className="muted">{epoch.id}</code>
    </span>
  )
}

/** Where the epoch forks, how much was lost, and what came back from whom. */
function Details({ row }: { row: Begun }) {
  const { t } = useTranslation()
  const { returned } = row.report ?? {}
  return (
    <div className="page">
      <Facts
        rows={[
          [
            t('epochs.continues'),
            <span key="previous">
              <EpochText epoch={row.previous.epoch} /> · {t('epochs.sizeOf', { n: numberText(row.previous.size) })}
            </span>,
          ],
          row.known === null
            ? null
            : [
                t('epochs.known'),
                <span key="known" className="row">
                  {t('epochs.sizeOf', { n: numberText(row.known.size) })}
                  {row.known.by === 'high-water' ? t('epochs.highWater') : <RegionName code={row.known.by} />}
                </span>,
              ],
          row.healedAt === null ? null : [t('epochs.healedAt'), <Time key="healed" at={row.healedAt} />],
        ]}
      />
      {returned !== undefined && returned.length > 0 && (
        <ul className="bare-list">
          {returned.map((one) => (
            <li key={one.upstream} className="row">
              <RegionName code={one.upstream} />
              <span>
                {t('epochs.returned', {
                  deliveries: numberText(one.deliveries),
                  entries: numberText(one.entries),
                  records: numberText(one.records),
                })}
              </span>
              {one.refused > 0 && <StateTag meaning="warn">{t('epochs.refused', { count: one.refused })}</StateTag>}
            </li>
          ))}
        </ul>
      )}
      {(row.report?.notReturned ?? 0) > 0 && <p className="notice warn">{t('epochs.resend')}</p>}
    </div>
  )
}
