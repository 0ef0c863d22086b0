import { Component, type ReactNode } from 'react';
import { errorFacts } from '../../shared/model/errors.ts';
import { CopyButton } from './CopyButton.tsx';

interface Props {
  /** What failed, for the sentence: `The memory view`. */
  readonly what: string;
  readonly children: ReactNode;
}

interface State {
  readonly error: { readonly thrown: unknown } | undefined;
}

/** Keeps a view's own mistake inside the view: it says what happened and can be begun again, while the rest of the window goes on. */
export class ErrorBoundary extends Component<Props, State> {
  override state: State = { error: undefined };

  static getDerivedStateFromError(thrown: unknown): State {
    return { error: { thrown } };
  }

  override render(): ReactNode {
    if (this.state.error === undefined) return this.props.children;
    const { evidence = '' } = errorFacts(this.state.error.thrown);
    return (
      <div className="empty" role="alert">
        <b className="bad">{this.props.what} made a mistake and stopped.</b>
        <span>The target and the other views are not touched. Please report it with the evidence.</span>
        <pre className="evidence selectable">{evidence}</pre>
        <span className="row">
          <button type="button" className="btn bd s" onClick={() => this.setState({ error: undefined })}>Begin again</button>
          <CopyButton text={evidence} what="evidence" />
        </span>
      </div>
    );
  }
}
