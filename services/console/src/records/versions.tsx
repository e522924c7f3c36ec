import { Select } from 'antd'
import type { TFunction } from 'i18next'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { useApi } from '../api/hooks.ts'
import { useSession } from '../api/session.tsx'
import { Actor } from '../parts/actor.tsx'
import { Facts, Panel } from '../parts/page-header.tsx'
import { NamesOf, ParticipantName, useNameOf, useParticipantText } from '../parts/participant-name.tsx'
import { Scroll } from '../parts/scroll.tsx'
import { Fetched } from '../parts/states.tsx'
import { Time } from '../parts/time.tsx'
import { RecordState } from './state.tsx'
import type { FieldShown, VersionShown } from './types.ts'
import { said, Value } from './values.tsx'

const keyOf = (version: VersionShown): string => `${version.stream} ${version.epoch}.${version.version}`

/** Every version, and any two of them side by side. */
export function Versions({ recordId }: { recordId: string }) {
  const query = useApi('/admin/v1/records/{recordId}/versions', { path: { recordId } })
  return (
    <Fetched query={query}>
      {(data) => (
        <NamesOf answer={data}>
          <Shown versions={(data as unknown as { versions: VersionShown[] }).versions} />
        </NamesOf>
      )}
    </Fetched>
  )
}

/** An account of this node by its name; what a business system says of its own people as it says it. */
function EnteredBy({ text }: { text: string }) {
  return useNameOf()(text) === undefined ? <>{text}</> : <Actor actor={text} />
}

function Shown({ versions }: { versions: readonly VersionShown[] }) {
  const { t } = useTranslation()
  const sender = useParticipantText()
  const { may } = useSession()
  const first = versions[0]
  const before = versions.find((one) => first !== undefined && one !== first && one.stream === first.stream) ?? versions[1]
  const [pair, setPair] = useState<readonly [string, string]>([keyOf(before ?? (first as VersionShown)), keyOf(first as VersionShown)])
  const [left, right] = pair.map((key) => versions.find((version) => keyOf(version) === key))
  const options = versions.map((version) => ({
    value: keyOf(version),
    label: t('records.versionOf', { n: version.version, stream: sender(version.stream) }),
  }))
  return (
    <div className="page">
      <Panel title={t('records.parts.versions')}>
        <ol className="version-list">
          {versions.map((version) => (
            <li key={keyOf(version)}>
              <h3>
                {t('records.versionOf', { n: version.version, stream: sender(version.stream) })}{' '}
                <RecordState state={version.operation === 'upsert' ? version.state : 'withdrawn'} />
              </h3>
              <Facts
                rows={[
                  [t('records.storedAt'), <Time key="at" at={version.storedAt} />],
                  [t('records.submittedBy'), <ParticipantName key="by" id={version.submission.participant} />],
                  version.enteredBy === null ? null : [t('records.enteredBy'), <EnteredBy key="entered" text={version.enteredBy} />],
                  version.log === null
                    ? null
                    : [
                        t('records.logIndex'),
                        may('GET', '/log/:index') ? (
                          <Link key="log" to={`/log/${version.log.index}`}>{`#${version.log.index}`}</Link>
                        ) : (
                          `#${version.log.index}`
                        ),
                      ],
                  version.elsewhere === undefined ? null : [t('records.content'), elsewhereText(version, t)],
                  version.changes === null ? null : [t('records.changed'), changedText(version, t('records.nothingChanged'))],
                  version.reason === null ? null : [t('common.reason'), version.reason],
                ]}
              />
            </li>
          ))}
        </ol>
      </Panel>
      {left !== undefined && right !== undefined && left !== right && (
        <Panel title={t('records.sideBySide')}>
          <div className="row no-print compare-choice">
            <Select
              aria-label={t('records.leftVersion')}
              value={pair[0]}
              options={options}
              onChange={(value) => setPair([value, pair[1]])}
            />
            <span aria-hidden="true">→</span>
            <Select
              aria-label={t('records.rightVersion')}
              value={pair[1]}
              options={options}
              onChange={(value) => setPair([pair[0], value])}
            />
          </div>
          <Differences left={left} right={right} />
        </Panel>
      )}
    </div>
  )
}

const isElsewhere = (version: VersionShown): boolean => version.elsewhere !== undefined

/** That the contents of an old version are not in the node, and where they are. */
const elsewhereText = ({ elsewhere }: VersionShown, t: TFunction): string =>
  elsewhere == null ? t('records.elsewhereUnknown') : t('records.elsewhere', { place: elsewhere.place })

function changedText(version: VersionShown, nothing: string): string {
  const names = (version.changes?.fields ?? []).map((code) => {
    const field = version.fields.find((one) => one.code === code)
    return field === undefined ? code : said(field)
  })
  return names.length === 0 ? nothing : names.join('、')
}

/** Only what differs; a sealed field is named where the node says that it changed, and stays masked. */
function Differences({ left, right }: { left: VersionShown; right: VersionShown }) {
  const { t } = useTranslation()
  const sender = useParticipantText()
  const gone = [left, right].find(isElsewhere)
  if (gone !== undefined) return <p className="muted">{elsewhereText(gone, t)}</p>
  const field = (version: VersionShown, code: string): FieldShown | undefined => version.fields.find((one) => one.code === code)
  const told = new Set([...(right.changes?.against === left.version && right.stream === left.stream ? right.changes.fields : [])])
  const codes = [...new Set([...right.fields, ...left.fields].map((one) => one.code))].filter(
    (code) => told.has(code) || JSON.stringify(field(left, code)?.value) !== JSON.stringify(field(right, code)?.value),
  )
  if (codes.length === 0) return <p className="muted">{t('records.nothingChanged')}</p>
  return (
    <Scroll label={t('records.sideBySide')}>
      <table className="table differences">
        <thead>
          <tr>
            <th scope="col">{t('records.field')}</th>
            <th scope="col">{t('records.versionOf', { n: left.version, stream: sender(left.stream) })}</th>
            <th scope="col">{t('records.versionOf', { n: right.version, stream: sender(right.stream) })}</th>
          </tr>
        </thead>
        <tbody>
          {codes.map((code) => {
            const [before, after] = [field(left, code), field(right, code)]
            const known = after ?? before
            return (
              <tr key={code}>
                <th scope="row">{known === undefined ? code : said(known)}</th>
                <td className="before">
                  {before === undefined ? <span className="muted">{t('records.absent')}</span> : <Value field={before} />}
                </td>
                <td className="after">
                  {after === undefined ? <span className="muted">{t('records.absent')}</span> : <Value field={after} />}
                </td>
              </tr>
            )
          })}
        </tbody>
      </table>
    </Scroll>
  )
}
