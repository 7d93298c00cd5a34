import type {ReactNode} from 'react'

const Icon = ({children}: {children: ReactNode}) => (
  <svg className="icon" viewBox="0 0 24 24" aria-hidden="true">
    {children}
  </svg>
)

export const Mark = () => (
  <svg className="mark" viewBox="0 0 32 32" aria-hidden="true">
    <path d="M6 14v4M11 9.500v13M16 5v22M21 9.500v13M26 14v4" />
  </svg>
)
export const MenuIcon = () => (
  <Icon>
    <path d="M4 7h16M4 12h16M4 17h16" />
  </Icon>
)
export const MicrophoneIcon = () => (
  <Icon>
    <rect x="9" y="3" width="6" height="11" rx="3" />
    <path d="M5.500 11.500a6.500 6.500 0 0 0 13 0M12 18v3" />
  </Icon>
)
export const EndIcon = () => (
  <Icon>
    <rect x="7" y="7" width="10" height="10" rx="2" />
  </Icon>
)
export const SendIcon = () => (
  <Icon>
    <path d="M12 19V5M6 11l6-6 6 6" />
  </Icon>
)
export const AddIcon = () => (
  <Icon>
    <path d="M12 5v14M5 12h14" />
  </Icon>
)
export const MoreIcon = () => (
  <Icon>
    <path d="M5 12h.01M12 12h.01M19 12h.01" />
  </Icon>
)
export const PlayIcon = () => (
  <Icon>
    <path d="M8 5l11 7-11 7z" />
  </Icon>
)
export const EditIcon = () => (
  <Icon>
    <path d="M4 20l1-5L16 4l4 4L9 19zM13 7l4 4" />
  </Icon>
)
export const DownIcon = () => (
  <Icon>
    <path d="M12 5v14M6 13l6 6 6-6" />
  </Icon>
)
export const MutedIcon = () => (
  <Icon>
    <path d="M9 9v2a3 3 0 0 0 4.500 2.600M15 10V6a3 3 0 0 0-5.800-1.100M5.500 11.500a6.500 6.500 0 0 0 10 5.450M18.500 11.500a6.500 6.500 0 0 1-.8 3.100M12 18v3M4 4l16 16" />
  </Icon>
)
export const SettingsIcon = () => (
  <Icon>
    <path d="M4 7h9M19 7h1M4 17h1M11 17h9" />
    <circle cx="16" cy="7" r="2.500" />
    <circle cx="8" cy="17" r="2.500" />
  </Icon>
)
