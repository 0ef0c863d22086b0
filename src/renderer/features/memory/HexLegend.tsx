import { useFault } from '../../widgets/app-context.tsx';

/** What the codes of the view mean. */
export function HexLegend() {
  const fault = useFault(({ site }) => site);
  return (
    <div className="lg hex-legend">
      {fault === undefined ? null : <span title={fault.words}><i className="flt">2a</i>{fault.label}</span>}
      <span><i>2a</i>read</span>
      <span><i className="ch">04</i>changed</span>
      <span><i className="z">00</i>zero</span>
      <span title="Enter or Ctrl and a click go where it points"><i className="pt">20</i>pointer</span>
      <span><i className="fd">01</i>file differs</span>
      <span><i className="bp">55</i>breakpoint</span>
      <span><i className="hit">6e</i>found</span>
      <span title="No page is there: zeros are what a touch would find. Looking does not touch it."><i className="nt">00</i>untouched</span>
      <span><i className="nr">··</i>not read</span>
      <span><i className="ur">!!</i>unreadable</span>
      <span><i className="um">{'\u00a0\u00a0'}</i>unmapped</span>
      <span title="Of an earlier generation: the newer bytes are on their way"><i className="st">7f</i>stale</span>
    </div>
  );
}
