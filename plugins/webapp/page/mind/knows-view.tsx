import {Tabs} from '@base-ui/react/tabs'
import {useTranslation} from 'react-i18next'
import {useLocation, useParams} from 'wouter'
import {View} from '../shell/view.tsx'
import {Documents} from './documents.tsx'
import {Memories} from './memories.tsx'
import {Reminders} from './reminders.tsx'

const tabs = ['memories', 'documents', 'reminders'] as const

/** What June knows of a person, has read, and is to remind them of. */
export const KnowsView = () => {
  const {t} = useTranslation('mind')
  const {tab} = useParams<{tab?: string}>()
  const [, navigate] = useLocation()
  return (
    <View title={t('title')}>
      <Tabs.Root
        value={tabs.find(each => each === tab) ?? 'memories'}
        onValueChange={chosen => navigate(`/knows/${chosen}`, {replace: true})}
      >
        <Tabs.List className="tabs" aria-label={t('title')}>
          {tabs.map(each => (
            <Tabs.Tab key={each} value={each}>
              {t(`${each}.title`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value="memories" tabIndex={-1}>
          <Memories />
        </Tabs.Panel>
        <Tabs.Panel value="documents" tabIndex={-1}>
          <Documents />
        </Tabs.Panel>
        <Tabs.Panel value="reminders" tabIndex={-1}>
          <Reminders />
        </Tabs.Panel>
      </Tabs.Root>
    </View>
  )
}
