import { createContext, useContext } from 'react';

/** The dock says whether a view is in sight: a hidden one stays as it is, out of the document. */
export const PanelVisible = createContext(true);

/** False while another tab is in front of the view. It then need not ask the host for what nobody sees. */
export function usePanelVisible(): boolean {
  return useContext(PanelVisible);
}
