import { defineConfig } from '@playwright/test';
import { findBrowser } from './scripts/lib/find-browser.mjs';

/** `VMATLAS_E2E=electron` runs the same specs on the real Electron; without it they run in the system's Chromium. */
const executablePath = process.env['VMATLAS_E2E'] === 'electron' ? undefined : findBrowser();

export default defineConfig({
  testDir: 'e2e',
  testMatch: '**/*.spec.ts',
  workers: 1,
  fullyParallel: false,
  forbidOnly: Boolean(process.env['CI']),
  timeout: 120_000,
  expect: { timeout: 20_000 },
  outputDir: 'test-results',
  reporter: [['list']],
  use: {
    trace: 'retain-on-failure',
    screenshot: 'only-on-failure',
    launchOptions: {
      executablePath,
      // Chromium's own sandbox refuses to start for root, which is what most containers run as.
      chromiumSandbox: process.getuid?.() !== 0,
    },
  },
});
