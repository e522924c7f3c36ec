import { Form, Select } from 'antd'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { RegionName, useRegionNames } from './region-name.tsx'

/** A few divisions by name; the rest is counted. */
export function Regions({ codes, most = 3 }: { codes: readonly string[]; most?: number }) {
  const { t } = useTranslation()
  const rest = codes.length - most
  return (
    <span className="row">
      {codes.slice(0, most).map((code) => (
        <RegionName key={code} code={code} />
      ))}
      {rest > 0 && <span className="muted">{t('common.andMore', { count: rest })}</span>}
    </span>
  )
}

const shownMax = 60

/** Several divisions, found by name or code; a code that is not in the list may be typed. */
export function RegionField({ name, label }: { name: string; label: string }) {
  const { t } = useTranslation()
  const names = useRegionNames()
  const options = useMemo(() => Object.entries(names).map(([code, title]) => ({ value: code, label: `${title} ${code}` })), [names])
  return (
    <Form.Item
      name={name}
      label={label}
      extra={t('common.regionsHint')}
      rules={[
        { required: true, message: t('common.regionsMissing') },
        {
          validator: (_rule, codes?: string[]) =>
            (codes ?? []).every((code) => /^\d{6}$/.test(code)) ? Promise.resolve() : Promise.reject(new Error(t('common.regionsWrong'))),
        },
      ]}
    >
      <Select
        mode="tags"
        showSearch={{ filterOption: (text, option) => text.length > 0 && (option?.label ?? '').includes(text) }}
        options={options.length > 0 ? options : []}
        listHeight={32 * 8}
        virtual
        maxTagCount={shownMax}
      />
    </Form.Item>
  )
}
