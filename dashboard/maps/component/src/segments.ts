// Lines by their segments. The shader of deck.gl's PathLayer, which joins them, takes software WebGL
// half a second to compile, three times that of its LineLayer; a line of a pixel shows no joints.
import { type Accessor, CompositeLayer, type DefaultProps, type Position, type UpdateParameters } from "@deck.gl/core";
import { LineLayer, type PathLayerProps } from "@deck.gl/layers";

interface Segment {
  line: unknown;
  from: Position;
  to: Position;
}

type Props = PathLayerProps<unknown>;

export class SegmentsLayer extends CompositeLayer<Props> {
  static layerName = "SegmentsLayer";
  static defaultProps = {} as DefaultProps<Props>;
  declare state: { segments: Segment[] };

  updateState({ props, changeFlags }: UpdateParameters<this>): void {
    if (!changeFlags.dataChanged) return;
    const getPath = props.getPath as (line: unknown) => Position[];
    const segments = (props.data as unknown[]).flatMap((line) => {
      const path = getPath(line);
      return path.slice(1).map((to, index) => ({ line, from: path[index]!, to }));
    });
    this.setState({ segments });
  }

  renderLayers(): LineLayer<Segment> {
    const { getColor, getWidth, widthUnits } = this.props;
    const ofLine = <Out>(accessor: Accessor<unknown, Out>) =>
      (typeof accessor === "function"
        ? (segment: Segment, info: object) => (accessor as (line: unknown, info: object) => Out)(segment.line, info)
        : accessor) as Accessor<Segment, Out>;
    return new LineLayer<Segment>({
      ...this.getSubLayerProps({ id: "lines", updateTriggers: this.props.updateTriggers }),
      data: this.state.segments,
      getSourcePosition: ({ from }) => from,
      getTargetPosition: ({ to }) => to,
      getColor: ofLine(getColor as never),
      getWidth: ofLine(getWidth as never),
      widthUnits,
    });
  }
}
