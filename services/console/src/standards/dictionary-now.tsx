import { Button } from 'antd'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import type { Dictionary, Release } from '@huijiao/standard/browser'
import { numberText } from '../parts/format.ts'
import { Facts, StateTag } from '../parts/page-header.tsx'
import { nameIn } from '../standard/release.ts'

/** The dictionary as it counts now, to fetch and change. */
export function DictionaryNow({ release, dictionary }: { release: Release; dictionary: Dictionary }) {
  const { t, i18n } = useTranslation()
  const users = [...release.entities.values()].flatMap((entity) =>
    entity.fields
      .filter((field) => field.dictionary === dictionary.code || field.list === dictionary.code)
      .map((field) => `${nameIn(i18n.language, entity)} · ${nameIn(i18n.language, field)}`),
  )
  const { source } = dictionary
  return (
    <>
      <Facts
        rows={[
          [
            t('dictionary.now'),
            <span key="now" className="row">
              {t('dictionary.codesNow', { name: `${release.id} r${release.revision}`, count: numberText(dictionary.codes.size) })}
              <StateTag meaning={dictionary.complete ? 'good' : 'warn'}>
                {t(dictionary.complete ? 'standard.complete' : 'standard.incomplete')}
              </StateTag>
            </span>,
          ],
          [t('dictionary.unlisted'), t(dictionary.closed ? 'dictionary.refused' : 'dictionary.noted')],
          source === undefined ? null : [t('dictionary.source'), [source.title, source.reference, source.date].filter(Boolean).join(' · ')],
          [t('dictionary.usedBy'), users.length === 0 ? t('common.none') : users.join(i18n.language === 'en' ? '; ' : '；')],
        ]}
      />
      <div className="row panel-foot no-print">
        <Button
          href={`/v1/standards/${encodeURIComponent(release.id)}/templates/${encodeURIComponent(dictionary.code)}.xlsx`}
          download={`${dictionary.code}-${release.id}.xlsx`}
        >
          {t('dictionary.download')}
        </Button>
        <Link to={`/standard?release=${encodeURIComponent(release.id)}&tab=dictionaries&dictionary=${encodeURIComponent(dictionary.code)}`}>
          {t('dictionary.look')}
        </Link>
      </div>
    </>
  )
}
