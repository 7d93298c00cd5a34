import {useTranslation} from 'react-i18next'
import {Link, useRoute} from 'wouter'
import {ConversationList} from '../conversations/conversation-list.tsx'
import {useStatus} from '../server/status.ts'
import {tokens} from '../server/tokens.ts'
import {signOut} from '../sign-in/sign-out.ts'
import {Mark, MenuIcon} from '../ui/icons.tsx'
import {LateButton, late} from '../ui/late.tsx'

const drawer = late(() => import('./drawer.tsx').then(part => part.Drawer))

/** At the side where there is room; behind a button where there is none. */
export const Navigation = () => {
  const {t} = useTranslation()
  return (
    <>
      <nav className="side" aria-label={t('nav.menu')}>
        <Brand />
        <Places onChosen={() => {}} />
      </nav>
      <header className="top">
        <LateButton
          part={drawer}
          button={{label: t('nav.menu'), icon: <MenuIcon />, className: 'icon-button'}}
          more={{
            inside: (close: () => void) => (
              <>
                <Brand />
                <Places onChosen={close} />
              </>
            ),
          }}
        />
        <Brand />
      </header>
    </>
  )
}

const Places = ({onChosen}: {onChosen: () => void}) => {
  const {t} = useTranslation()
  const {data: status} = useStatus()
  const person = tokens()?.name
  return (
    <>
      <ConversationList onChosen={onChosen} />
      <ul className="places">
        <Place to="/knows" onChosen={onChosen}>
          {t('nav.knows')}
        </Place>
        <Place to="/settings" onChosen={onChosen}>
          {t('nav.settings')}
        </Place>
        {status?.you.isAdmin && (
          <Place to="/june" onChosen={onChosen}>
            {t('nav.owner')}
          </Place>
        )}
        {person !== undefined && (
          <li>
            <button type="button" onClick={() => void signOut()}>
              {t('signIn.leave', {name: person})}
            </button>
          </li>
        )}
      </ul>
    </>
  )
}

const Place = ({to, onChosen, children}: {to: string; onChosen: () => void; children: string}) => {
  const [isHere] = useRoute(`${to}/*?`)
  return (
    <li>
      <Link href={to} onClick={onChosen} className={isHere ? 'here' : ''} aria-current={isHere ? 'page' : undefined}>
        {children}
      </Link>
    </li>
  )
}

const Brand = () => {
  const {t} = useTranslation()
  return (
    <p className="brand">
      <Mark />
      {t('june')}
    </p>
  )
}
