import {Menu} from '@base-ui/react/menu'
import {useTranslation} from 'react-i18next'
import type {OpenedProps} from '../ui/late.tsx'

/** What a person may do with a conversation beside opening it; `txt` and `json` save it as a file. */
export type Wish = 'rename' | 'txt' | 'json' | 'erase'

const wishes = [
  ['rename', 'rename'],
  ['txt', 'saveText'],
  ['json', 'saveJson'],
  ['erase', 'erase'],
] as const satisfies [Wish, string][]

interface Props extends OpenedProps {
  onWish: (wish: Wish) => void
}

export const ConversationMenu = ({label, icon, className, isOpenAtFirst, onWish}: Props) => {
  const {t} = useTranslation('list')
  return (
    <Menu.Root defaultOpen={isOpenAtFirst}>
      <Menu.Trigger className={className} aria-label={label}>
        {icon}
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
  )
}
