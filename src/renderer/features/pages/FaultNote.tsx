import { Zap } from 'lucide-react';
import { isUnmappedKind } from '../../../shared/model/region.ts';
import { useFault, useSession } from '../../widgets/app-context.tsx';
import { Addr } from '../../widgets/Addr.tsx';

/** Where the access failed that stopped the program: the page may be out of sight, or there may be none. */
export function FaultNote() {
  const fault = useFault(({ site }) => site);
  const regions = useSession((view) => view.regions);
  if (fault === undefined) return null;
  const region = regions?.regionAt(fault.address);
  const isMapped = region !== undefined && !isUnmappedKind(region.kind);
  return (
    <div className="pg-note pg-fault" role="status" data-testid="page-fault">
      <Zap className="ico s bad" aria-hidden="true" />
      <b className="bad">{fault.label}</b> the access to <Addr address={fault.address} movedBy="pages-fault" title="Go to the page of the access that failed" />{' '}
      <span className="f2">{isMapped ? <>in {region.label}, {region.perms}</> : <>is in no page: {region?.label ?? 'nothing is mapped there'}</>}</span>
    </div>
  );
}
