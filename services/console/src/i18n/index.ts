import i18next from 'i18next'
import { initReactI18next } from 'react-i18next'

export type Language = 'zh' | 'en'
const kept = 'huijiao-language'
const tagOf: Record<Language, string> = { zh: 'zh-CN', en: 'en' }

/** What was chosen here before; Chinese otherwise, whatever the browser prefers: the switch is one click away. */
function keptLanguage(): Language {
  try {
    return localStorage.getItem(kept) === 'en' ? 'en' : 'zh'
  } catch {
    return 'zh'
  }
}

/** Words of one language, one chunk each: nobody fetches the other one before asking for it. */
async function wordsOf(language: Language): Promise<Record<string, unknown>> {
  return (language === 'en' ? await import('./en.ts') : await import('./zh.ts')).words
}

export async function startLanguage(): Promise<void> {
  const lng = keptLanguage()
  await i18next.use(initReactI18next).init({
    lng,
    fallbackLng: false,
    resources: { [lng]: { translation: await wordsOf(lng) } },
    interpolation: { escapeValue: false },
    returnNull: false,
  })
  document.documentElement.lang = tagOf[lng]
}

export async function setLanguage(language: Language): Promise<void> {
  if (!i18next.hasResourceBundle(language, 'translation')) i18next.addResourceBundle(language, 'translation', await wordsOf(language))
  await i18next.changeLanguage(language)
  document.documentElement.lang = tagOf[language]
  try {
    localStorage.setItem(kept, language)
  } catch {
    // It holds until the page is left.
  }
}

export const languageNow = (): Language => (i18next.language === 'en' ? 'en' : 'zh')
export const localeNow = (): string => tagOf[languageNow()]
