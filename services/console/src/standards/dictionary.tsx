import { Select, Upload } from 'antd'
import { useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useSearchParams } from 'react-router'
import { bytesText } from '../parts/format.ts'
import { PageHeader, Panel } from '../parts/page-header.tsx'
import { Empty, Fetched } from '../parts/states.tsx'
import { nameIn, useRelease, useReleases } from '../standard/release.ts'
import { InForce } from './dictionary-done.tsx'
import { DictionaryNow } from './dictionary-now.tsx'
import { Replace } from './dictionary-replace.tsx'
import { type GivenFile, mediaTypeOf, type Replaced } from './dictionary-types.ts'
import '../standard/standard.css'
import './dictionary.css'

/** Replaces a dictionary by an official file: choose it, fetch it as it is, hand in the file, see every fault and every change, and have it count. */
export default function ReplaceDictionaryPage() {
  const { t, i18n } = useTranslation()
  const id = useId()
  const [params, setParams] = useSearchParams()
  const { releases, usual } = useReleases()
  const chosen = params.get('release') ?? usual
  const release = useRelease(chosen)
  const code = params.get('dictionary')
  const [given, setGiven] = useState<GivenFile | null>(null)
  const [done, setDone] = useState<Replaced | null>(null)
  const set = (change: Record<string, string | null>) => {
    const next = new URLSearchParams(params)
    for (const [name, value] of Object.entries(change))
      if (value === null) next.delete(name)
      else next.set(name, value)
    setParams(next, { replace: true })
  }
  const options = [...(release.data?.dictionaries.values() ?? [])].map((one) => ({
    value: one.code,
    label: `${nameIn(i18n.language, one)} ${one.code}`,
    words: `${one.nameZh} ${one.nameEn} ${one.code}`.toLowerCase(),
  }))
  const dictionary = release.data?.dictionaries.get(code ?? '')
  const choose = (file: File) => {
    setGiven((before) => ({ file, at: (before?.at ?? 0) + 1 }))
    // The template is called after its dictionary.
    const named = [...(release.data?.dictionaries.keys() ?? [])].find((one) => file.name.toUpperCase().startsWith(`${one.toUpperCase()}-`))
    if (named !== undefined && named !== code) set({ dictionary: named })
  }
  return (
    <div className="page">
      <p className="no-print">
        <Link to="/standards">{t('standards.back')}</Link>
      </p>
      <PageHeader title={t('dictionary.page')} text={t('dictionary.text')} />
      <Panel title={t('dictionary.step.choose')}>
        <div className="fields">
          <div className="field">
            <label htmlFor={`${id}-release`}>{t('standard.release')}</label>
            <Select
              id={`${id}-release`}
              value={chosen ?? null}
              options={releases.map((one) => ({ value: one.id, label: `${one.id} ${nameIn(i18n.language, one)}` }))}
              disabled={done !== null}
              onChange={(next) => set({ release: next, dictionary: null })}
            />
          </div>
          <div className="field">
            <label htmlFor={`${id}-dictionary`}>{t('dictionary.which')}</label>
            <Select
              id={`${id}-dictionary`}
              showSearch={{ filterOption: (input, option) => option?.words.includes(input.trim().toLowerCase()) === true }}
              placeholder={t('dictionary.whichHint')}
              value={code}
              options={options}
              popupMatchSelectWidth={false}
              disabled={done !== null}
              onChange={(next) => set({ dictionary: next })}
            />
          </div>
        </div>
        <Fetched query={release}>
          {(known) =>
            dictionary === undefined ? (
              <Empty title={t('dictionary.choose')}>
                <p>{t('dictionary.chooseText')}</p>
              </Empty>
            ) : (
              <DictionaryNow release={known} dictionary={dictionary} />
            )
          }
        </Fetched>
      </Panel>
      {done !== null && dictionary !== undefined ? (
        <InForce done={done} dictionary={dictionary} />
      ) : (
        <>
          <Panel title={t('dictionary.step.upload')}>
            <ChooseFile given={given} onFile={choose} />
            {given !== null && dictionary === undefined && (
              <output className="notice panel-foot block">{t('dictionary.chooseFirst')}</output>
            )}
          </Panel>
          {release.data !== undefined && dictionary !== undefined && given !== null && (
            <Replace key={`${chosen} ${dictionary.code}`} release={release.data} dictionary={dictionary} given={given} onDone={setDone} />
          )}
        </>
      )}
    </div>
  )
}

/** Where the file is chosen; what it is called is a fair title for it, unless it is the template's name. */
function ChooseFile({ given, onFile }: { given: GivenFile | null; onFile: (file: File) => void }) {
  const { t } = useTranslation()
  return (
    <div className="field wide">
      <Upload.Dragger
        accept=".xlsx,.csv"
        multiple={false}
        showUploadList={false}
        beforeUpload={(file) => {
          onFile(file)
          return false
        }}
      >
        <p>
          <strong>{given === null ? t('submissions.dropHere') : given.file.name}</strong>
        </p>
        <p className="muted">
          {given === null ? t('dictionary.kindsOfFile') : `${bytesText(given.file.size)} · ${t('submissions.chooseOther')}`}
        </p>
      </Upload.Dragger>
      {given !== null && mediaTypeOf(given.file.name) === undefined && (
        <div className="problem-line bad" role="alert">
          {t('dictionary.wrongFile')}
        </div>
      )}
    </div>
  )
}
