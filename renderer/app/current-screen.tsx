import { lazy, type ReactNode, Suspense } from 'react';
import { BackendsScreen } from '../features/backends/backends-screen.tsx';
import { HeadersScreen } from '../features/headers/headers-screen.tsx';
import { OverviewScreen } from '../features/overview/overview-screen.tsx';
import { SessionsScreen } from '../features/sessions/sessions-screen.tsx';
import { Patience } from '../ui/pending.tsx';
import { useRoute } from './router.ts';
import { ScreenFault } from './screen-fault.tsx';

// What is not needed for the first look loads when it is opened.
const ToolsScreen = lazy(async () => ({
  default: (await import('../features/tools/tools-screen.tsx')).ToolsScreen,
}));
const ActivityScreen = lazy(async () => ({
  default: (await import('../features/activity/activity-screen.tsx')).ActivityScreen,
}));
const ClientsScreen = lazy(async () => ({
  default: (await import('../features/clients/clients-screen.tsx')).ClientsScreen,
}));
const SettingsScreen = lazy(async () => ({
  default: (await import('../features/settings/settings-screen.tsx')).SettingsScreen,
}));
const WelcomeScreen = lazy(async () => ({
  default: (await import('../features/welcome/welcome-screen.tsx')).WelcomeScreen,
}));

/** The screen of the current address; an unknown one is the overview. */
export function CurrentScreen(): ReactNode {
  const [screen = 'overview', ...rest] = useRoute();
  return (
    <ScreenFault address={[screen, ...rest].join('/')}>
      <Suspense fallback={<Patience />}>{screenOf(screen, rest)}</Suspense>
    </ScreenFault>
  );
}

function screenOf(screen: string, rest: readonly string[]): ReactNode {
  const [first, second] = rest;
  switch (screen) {
    case 'backends':
      return <BackendsScreen chosen={first} mode={second} />;
    case 'headers':
      return <HeadersScreen part={first} />;
    case 'sessions':
      return <SessionsScreen chosen={first} />;
    case 'tools':
      return <ToolsScreen backend={first} tool={second} />;
    case 'activity':
      return <ActivityScreen part={first} value={second} />;
    case 'clients':
      return <ClientsScreen chosen={first} />;
    case 'settings':
      return <SettingsScreen part={first} />;
    case 'welcome':
      return <WelcomeScreen />;
    default:
      return <OverviewScreen />;
  }
}
