import {
  ActionIcon,
  Badge,
  Button,
  Checkbox,
  type CSSVariablesResolver,
  convertCssVariables,
  createTheme,
  DEFAULT_THEME,
  defaultCssVariablesResolver,
  Loader,
  type MantineColorsTuple,
  Modal,
  MultiSelect,
  mergeMantineTheme,
  NumberInput,
  PasswordInput,
  SegmentedControl,
  Select,
  Switch,
  Table,
  Tabs,
  TagsInput,
  Textarea,
  TextInput,
  Tooltip,
} from '@mantine/core';
import { common } from '../strings/common.ts';

const accent: MantineColorsTuple = [
  '#eef1fc',
  '#dbe1f8',
  '#b6c2f1',
  '#8fa1e9',
  '#6d85e2',
  '#566fdc',
  '#4560cf',
  '#3550b8',
  '#2c449f',
  '#223680',
];

const slate: MantineColorsTuple = [
  '#d5d9e0',
  '#b9bfc9',
  '#99a1ae',
  '#6d7684',
  '#454c59',
  '#363c47',
  '#2a2f38',
  '#1d2128',
  '#16191f',
  '#101318',
];

/** One neutral scale, one accent; small controls, since people who work with this work with many rows. */
export const theme = createTheme({
  primaryColor: 'accent',
  primaryShade: { light: 7, dark: 6 },
  colors: { accent, dark: slate },
  black: '#1a1d23',
  fontFamily: '"Inter", "Segoe UI", system-ui, -apple-system, "Helvetica Neue", Arial, sans-serif',
  fontFamilyMonospace:
    '"JetBrains Mono", "SF Mono", Consolas, "DejaVu Sans Mono", "Liberation Mono", monospace',
  fontSizes: { xs: '0.75rem', sm: '0.8125rem', md: '0.875rem', lg: '1rem', xl: '1.25rem' },
  spacing: { xs: '0.5rem', sm: '0.75rem', md: '1rem', lg: '1.5rem', xl: '2rem' },
  defaultRadius: 'sm',
  focusRing: 'always',
  respectReducedMotion: true,
  cursorType: 'pointer',
  components: {
    ActionIcon: ActionIcon.extend({ defaultProps: { variant: 'subtle', color: 'gray', size: 'md' } }),
    Badge: Badge.extend({ defaultProps: { variant: 'light', radius: 'sm', tt: 'none', fw: 500 } }),
    Button: Button.extend({ defaultProps: { size: 'xs', variant: 'default', fw: 500 } }),
    Checkbox: Checkbox.extend({ defaultProps: { size: 'xs' } }),
    Loader: Loader.extend({ defaultProps: { size: 'xs', type: 'dots' } }),
    // Locking the page's scrolling puts a style element into it, which the policy of threats.md 1.6 forbids. The page
    // itself never scrolls, so there is nothing to lock.
    Modal: Modal.extend({
      defaultProps: {
        lockScroll: false,
        centered: true,
        size: 'lg',
        closeButtonProps: { 'aria-label': common.close },
      },
    }),
    MultiSelect: MultiSelect.extend({ defaultProps: { size: 'xs' } }),
    NumberInput: NumberInput.extend({ defaultProps: { size: 'xs' } }),
    PasswordInput: PasswordInput.extend({ defaultProps: { size: 'xs' } }),
    SegmentedControl: SegmentedControl.extend({
      defaultProps: { size: 'xs', withItemsBorders: false, fw: 500, classNames: { label: 'segment' } },
    }),
    Select: Select.extend({ defaultProps: { size: 'xs' } }),
    Switch: Switch.extend({ defaultProps: { size: 'xs' } }),
    Table: Table.extend({ defaultProps: { fz: 'sm', verticalSpacing: 6, horizontalSpacing: 'sm' } }),
    Tabs: Tabs.extend({ defaultProps: { keepMounted: false } }),
    TagsInput: TagsInput.extend({ defaultProps: { size: 'xs' } }),
    TextInput: TextInput.extend({ defaultProps: { size: 'xs' } }),
    Textarea: Textarea.extend({ defaultProps: { size: 'xs' } }),
    Tooltip: Tooltip.extend({ defaultProps: { openDelay: 250, multiline: true, maw: 360, withArrow: true } }),
  },
});

// Contrast of at least 4.5:1 for secondary text on every surface that we use (WCAG 2.2, 1.4.3).
const variables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-dimmed': '#59606c',
    '--mantine-color-placeholder': '#69707d',
    '--mantine-color-default-border': '#d3d7de',
    '--mantine-color-error': '#b3261e',
    '--mantine-color-red-outline': '#b3261e',
    '--mantine-color-red-filled': '#b3261e',
    '--mantine-color-red-filled-hover': '#98201a',
    '--surface-rail': '#f4f5f8',
    '--surface-raised': '#f8f9fb',
    '--surface-hover': '#eff1f6',
    '--surface-active': '#e4e9fa',
    '--line': '#e3e6eb',
    '--ok': '#1a7a45',
    '--warn': '#8f5200',
    '--bad': '#b3261e',
    '--ok-soft': '#e7f5ec',
    '--warn-soft': '#fdf3e1',
    '--bad-soft': '#fdeceb',
    '--accent-text': '#3550b8',
  },
  dark: {
    '--mantine-color-body': '#1a1d23',
    '--mantine-color-dimmed': '#9fa7b4',
    '--mantine-color-placeholder': '#8b93a1',
    '--mantine-color-default-border': '#3d4450',
    '--mantine-color-error': '#ff9089',
    '--mantine-color-text': '#dfe2e8',
    '--mantine-color-red-outline': '#ff9089',
    '--mantine-color-red-filled': '#c2362d',
    '--mantine-color-red-filled-hover': '#a92d25',
    '--surface-rail': '#14161b',
    '--surface-raised': '#20242b',
    '--surface-hover': '#262b33',
    '--surface-active': '#2a3353',
    '--line': '#2f343d',
    '--ok': '#62cf93',
    '--warn': '#efb65c',
    '--bad': '#ff9089',
    '--ok-soft': '#1b3326',
    '--warn-soft': '#3a2e17',
    '--bad-soft': '#402322',
    '--accent-text': '#a5b4f3',
  },
});

/**
 * Puts the theme's variables into the document as a constructed style sheet. Mantine would write a style element,
 * which `style-src 'self'` forbids; the CSS object model is not under that rule (CSP level 3, section 6.2.2).
 */
export function adoptTheme(target: Document): void {
  const full = mergeMantineTheme(DEFAULT_THEME, theme);
  const base = defaultCssVariablesResolver(full);
  const own = variables(full);
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(
    convertCssVariables({
      variables: { ...base.variables, ...own.variables },
      light: { ...base.light, ...own.light },
      dark: { ...base.dark, ...own.dark },
    }),
  );
  target.adoptedStyleSheets = [...target.adoptedStyleSheets, sheet];
}
