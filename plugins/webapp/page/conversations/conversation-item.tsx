import {Menu} from '@base-ui/react/menu'
import {useTranslation} from 'react-i18next'
import {MoreIcon} from '../ui/icons.tsx'
import type {ConversationInfo} from './conversation-info.ts'

/** What a person may do with a conversation beside opening it; `txt` and `json` save it as a file. */
export type Wish = 'rename' | 'txt' | 'json' | 'erase'

const wishes = [
  ['rename', 'rename'],
  ['txt', 'saveText'],
  ['json', 'saveJson'],
  ['erase', 'erase'],
] as const satisfies [Wish, string][]

interface Props {
  conversation: ConversationInfo
  isShown: boolean
  onOpen: () => void
  onWish: (wish: Wish) => void
}

export const ConversationItem = ({conversation, isShown, onOpen, onWish}: Props) => {
  const {t, i18n} = useTranslation('list')
  const {title: given, channel, updated_at} = conversation
  const title = given || t('untitled')
  const at = new Date(updated_at)
  return (
    <li className="conversation">
      <button type="button" className="open" aria-current={isShown ? 'page' : undefined} title={title} onClick={onOpen}>
        <span className="title">{title}</span>
        <small>
          <time dateTime={updated_at}>
            {at.toLocaleTimeString(i18n.language, {hour: 'numeric', minute: '2-digit'})}
          </time>
          {channel !== undefined && channel !== 'web' && <span> · {channel}</span>}
        </small>
      </button>
      <Menu.Root>
        <Menu.Trigger className="icon-button more" aria-label={t('about', {title})}>
          <MoreIcon />
        </Menu.Trigger>
        <Menu.Portal>
          <Menu.Positioner className="menu-place" align="end" sideOffset={4}>
            <Menu.Popup className="menu">
              {wishes.map(([wish, word]) => (
                <Menu.Item key={wish} className="menu-item" onClick={() => onWish(wish)}>
                  {t(word)}
                </Menu.Item>
              ))}
            </Menu.Popup>
          </Menu.Positioner>
        </Menu.Portal>
      </Menu.Root>
    </li>
  )
}
