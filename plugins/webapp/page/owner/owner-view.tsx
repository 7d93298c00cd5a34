import {Tabs} from '@base-ui/react/tabs'
import type {ReactNode} from 'react'
import {useTranslation} from 'react-i18next'
import {useStatus} from '../server/status.ts'
import {View} from '../shell/view.tsx'
import owner from '../words/en/owner.json'
import {addEnglish} from '../words/words.ts'
import {AuditTab} from './audit-tab.tsx'
import {KeysTab} from './keys-tab.tsx'
import {PeopleTab} from './people-tab.tsx'
import {ServiceTab} from './service-tab.tsx'
import {StagesTab} from './stages-tab.tsx'

addEnglish('owner', owner)

const tabs = ['service', 'stages', 'people', 'keys', 'audit'] as const
const shown: Record<(typeof tabs)[number], ReactNode> = {
  service: <ServiceTab />,
  stages: <StagesTab />,
  people: <PeopleTab />,
  keys: <KeysTab />,
  audit: <AuditTab />,
}

/** June as whoever runs her sees her. */
export const OwnerView = () => {
  const {t} = useTranslation('owner')
  const {data: status} = useStatus()
  return (
    <View title={t('title')}>
      {status?.you.isAdmin ? (
        <Tabs.Root className="owner-tabs" defaultValue="service">
          <Tabs.List className="tabs" aria-label={t('title')}>
            {tabs.map(tab => (
              <Tabs.Tab key={tab} value={tab}>
                {t(`tab.${tab}`)}
              </Tabs.Tab>
            ))}
          </Tabs.List>
          {tabs.map(tab => (
            <Tabs.Panel key={tab} value={tab} className="panel">
              {shown[tab]}
            </Tabs.Panel>
          ))}
        </Tabs.Root>
      ) : (
        <p className="hint" role="status">
          {t(status ? 'notYours' : 'loading')}
        </p>
      )}
    </View>
  )
}
