import './styles/index.css'
import {QueryClient, QueryClientProvider} from '@tanstack/react-query'
import {StrictMode} from 'react'
import {createRoot} from 'react-dom/client'
import {keepPage} from './offline/keep-page.ts'
import {applyPreferences} from './settings/apply-preferences.ts'
import {App} from './shell/app.tsx'
import {Reading} from './words/reading.tsx'

const client = new QueryClient({
  defaultOptions: {
    // June may be on this machine: that a browser thinks it is offline says nothing of her.
    queries: {refetchOnWindowFocus: true, retry: 1, networkMode: 'always'},
    mutations: {networkMode: 'always'},
  },
})

const root = document.getElementById('june')
if (!root) throw new Error('The page has no place for June.')
// In the language it is read in from the first word on.
await applyPreferences()
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={client}>
      <Reading>
        <App />
      </Reading>
    </QueryClientProvider>
  </StrictMode>,
)
keepPage()
