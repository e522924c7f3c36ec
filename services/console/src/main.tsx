import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from './app.tsx'
import { startLanguage } from './i18n/index.ts'
import './theme/global.css'
import { giveStylesTheNonce } from './theme/nonce.ts'

giveStylesTheNonce()

await startLanguage()
createRoot(document.getElementById('root') as HTMLElement).render(
  <StrictMode>
    <App />
  </StrictMode>,
)
