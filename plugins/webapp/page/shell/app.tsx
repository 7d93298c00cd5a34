import {CSPProvider} from '@base-ui/react/csp-provider'
import {lazy, Suspense} from 'react'
import {Route, Router, Switch} from 'wouter'
import {useHashLocation} from 'wouter/use-hash-location'
import {ConversationView} from '../conversation/conversation-view.tsx'
import {useDueReminders} from '../mind/due-reminders.ts'
import {DropZone} from '../mind/uploading/drop-zone.tsx'
import {useSignInGate} from '../sign-in/sign-in-gate.ts'
import {Banners} from './banners.tsx'
import {Broken} from './broken.tsx'
import {useJuneState} from './june-state.ts'
import {Navigation} from './navigation.tsx'

// At the machine itself nobody sees it.
const SignInForm = lazy(() => import('../sign-in/sign-in-form.tsx').then(room => ({default: room.SignInForm})))
const KnowsView = lazy(() => import('../mind/knows-view.tsx').then(room => ({default: room.KnowsView})))
const SettingsView = lazy(() => import('../settings/settings-view.tsx').then(room => ({default: room.SettingsView})))
const OwnerView = lazy(() => import('../owner/owner-view.tsx').then(room => ({default: room.OwnerView})))

/** The page: navigation at the side, and what is open. The place stands behind `#`, so that the gateway serves one page. */
export const App = () => {
  const isClosed = useSignInGate(gate => gate.isClosed)
  useDueReminders(useJuneState().kind === 'ready')
  return (
    // What the components would write into the page as styles, the Content-Security-Policy refuses.
    <CSPProvider disableStyleElements>
      {isClosed && (
        <Broken>
          <Suspense>
            <SignInForm />
          </Suspense>
        </Broken>
      )}
      <Router hook={useHashLocation}>
        {/* It stays where somebody has to sign in: what was begun goes on afterwards. */}
        <div className="page" hidden={isClosed}>
          <Navigation />
          <div className="column">
            <Banners />
            <Broken>
              <Suspense fallback={<main className="view" aria-busy />}>
                <Switch>
                  <Route path="/knows/:tab?" component={KnowsView} />
                  <Route path="/settings" component={SettingsView} />
                  <Route path="/june" component={OwnerView} />
                  <Route component={ConversationView} />
                </Switch>
              </Suspense>
            </Broken>
          </div>
          <DropZone />
        </div>
      </Router>
    </CSPProvider>
  )
}
