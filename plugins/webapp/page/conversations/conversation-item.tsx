import {useTranslation} from 'react-i18next'
import {MoreIcon} from '../ui/icons.tsx'
import {LateButton, late} from '../ui/late.tsx'
import type {ConversationInfo} from './conversation-info.ts'
import type {Wish} from './conversation-menu.tsx'

const menu = late(() => import('./conversation-menu.tsx').then(part => part.ConversationMenu))

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
      <LateButton
        part={menu}
        button={{label: t('about', {title}), icon: <MoreIcon />, className: 'icon-button more'}}
        more={{onWish}}
      />
    </li>
  )
}
