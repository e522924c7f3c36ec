import { useQueryClient } from '@tanstack/react-query'
import { App, Button, Upload } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useSend } from '../api/hooks.ts'
import type { ProblemBody } from '../api/problem.ts'
import { Confirm } from '../parts/confirm.tsx'
import { instantText } from '../parts/format.ts'
import type { Fault } from './types.ts'

interface Given {
  readonly name: string
  /** Null: the file is no JSON object. */
  readonly document: { readonly id?: unknown; readonly revision?: unknown; readonly effectiveFrom?: unknown } | null
}

const faultsShown = 100

/** Loads a release from the file that the authority signed. */
export function LoadStandard() {
  const { t } = useTranslation()
  const { message } = App.useApp()
  const load = useSend('post', '/admin/v1/standards', ['/admin/v1/standards', '/admin/v1/shadow-runs', '/v1/standards'])
  const client = useQueryClient()
  const [given, setGiven] = useState<Given | null>(null)
  const read = async (file: File) => {
    load.reset()
    try {
      const document = JSON.parse(await file.text()) as unknown
      setGiven({
        name: file.name,
        document: typeof document === 'object' && document !== null && !Array.isArray(document) ? document : null,
      })
    } catch {
      setGiven({ name: file.name, document: null })
    }
  }
  const problem = load.error?.problem as (ProblemBody & { readonly errors?: readonly Fault[] }) | undefined
  const document = given?.document ?? null
  return (
    <>
      <Upload
        accept=".json"
        showUploadList={false}
        beforeUpload={(file) => {
          void read(file)
          return false
        }}
      >
        <Button type="primary">{t('standards.load')}</Button>
      </Upload>
      <Confirm
        open={given !== null}
        title={t('standards.loadTitle')}
        okText={t('standards.loadOk')}
        busy={load.isPending}
        error={load.error}
        onOk={() => {
          if (document === null) return
          load.mutate(
            { body: document as never },
            {
              // What is refused is listed, too.
              onError: () => void client.invalidateQueries({ queryKey: ['/admin/v1/standards'] }),
              onSuccess: (loaded) => {
                setGiven(null)
                void message.success(
                  !loaded.changed
                    ? t('standards.same')
                    : loaded.effectiveFrom === null
                      ? t('standards.loadedKept')
                      : t('standards.loadedFrom', { at: instantText(loaded.effectiveFrom, false) }),
                )
              },
            },
          )
        }}
        onCancel={() => setGiven(null)}
      >
        {problem?.errors !== undefined && <Faults faults={problem.errors} />}
        <p className="break">
          {given?.name}
          {document !== null && (
            <>
              {' '}
              · <code>{`${String(document.id ?? '')} r${String(document.revision ?? '')}`}</code>
            </>
          )}
        </p>
        {document === null ? (
          <p className="notice bad" role="alert">
            {t('standards.notJson')}
          </p>
        ) : (
          <p className="muted door-gap">{t('standards.loadText')}</p>
        )}
      </Confirm>
    </>
  )
}

/** Everything that is wrong with a document, each with its place. */
export function Faults({ faults }: { faults: readonly Fault[] }) {
  const { t, i18n } = useTranslation()
  return (
    <ul className="finding-list">
      {faults.slice(0, faultsShown).map((fault) => (
        <li key={`${fault.pointer} ${fault.detail}`} className="break">
          {fault.pointer !== '' && <code className="muted">{fault.pointer}</code>}{' '}
          {i18n.language === 'en' ? (fault.en?.detail ?? fault.detail) : fault.detail}
        </li>
      ))}
      {faults.length > faultsShown && <li>{t('common.andMore', { count: faults.length })}</li>}
    </ul>
  )
}
