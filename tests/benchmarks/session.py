"""A reader's session without a browser: speaks the pages' own websocket protocol."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable
from dataclasses import dataclass
from types import TracebackType

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Element_pb2 import Element
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.sync.client import connect
from websockets.typing import Origin, Subprotocol


@dataclass(frozen=True)
class Rerun:
    """What one interaction cost: seconds until the script ended, bytes of the messages that came,
    and of what came over the wire, where the websocket compresses them."""

    seconds: float
    bytes: int
    wire: int


class Session:
    """One websocket session of the dashboard.

    Parameters
    ----------
    server
        Address of the server, such as ``http://localhost:8501``.
    page
        Name of the page in its address, empty for the first.
    source
        Address of this machine to come from, such as ``127.0.0.2``, which is another client.
    cookie
        Cookie to send, such as the one that chooses a replica.

    Attributes
    ----------
    id
        The server's id of this session, once a page ran.
    """

    def __init__(self, server: str, page: str = "", source: str = "", cookie: str = "") -> None:
        address = server.replace("http", "ws", 1) + "/_stcore/stream"
        self.socket = connect(
            address,
            subprotocols=[Subprotocol("streamlit")],
            max_size=None,
            origin=Origin(server),
            legacy=True,
            source_address=(source, 0) if source else None,
            additional_headers={"Cookie": cookie} if cookie else None,
        )
        self.id = ""
        self._wire = 0
        self._count_wire()
        self.page = page
        self.elements: list[Element] = []
        self.states: dict[str, WidgetState] = {}

    def __enter__(self) -> Session:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.socket.close()

    def _count_wire(self) -> None:
        protocol = self.socket.protocol
        receive = protocol.receive_data

        def counted(data: bytes | bytearray) -> None:
            self._wire += len(data)
            receive(data)

        protocol.receive_data = counted  # type: ignore[method-assign]

    def run(self, query: str = "", changed: Iterable[WidgetState] = ()) -> Rerun:
        """Run the page's script once and wait for its end."""
        for state in changed:
            self.states[state.id] = state
        message = BackMsg()
        message.rerun_script.query_string = query
        message.rerun_script.page_name = self.page
        message.rerun_script.widget_states.widgets.extend(self.states.values())
        started = time.perf_counter()
        self.socket.send(message.SerializeToString())
        received, before = 0, self._wire
        while True:
            frame = self.socket.recv(timeout=60)
            assert isinstance(frame, bytes)
            received += len(frame)
            answer = ForwardMsg.FromString(frame)
            if answer.WhichOneof("type") == "new_session":
                self.id = answer.new_session.initialize.session_id
            if answer.WhichOneof("type") == "delta" and answer.delta.HasField("new_element"):
                self.elements.append(answer.delta.new_element)
            if answer.WhichOneof("type") == "script_finished":
                return Rerun(time.perf_counter() - started, received, self._wire - before)

    def charts(self) -> list[str]:
        """Paths of the specifications of the charts that were drawn since the elements were
        cleared."""
        components = [
            element.bidi_component
            for element in self.elements
            if element.WhichOneof("type") == "bidi_component"
        ]
        return [json.loads(one.json)["spec"] for one in components if one.component_name == "chart"]

    def widget(self, kind: str, label: str) -> str:
        """Id of the widget that was drawn last with this label."""
        for element in reversed(self.elements):
            if element.WhichOneof("type") == kind and getattr(element, kind).label == label:
                return str(getattr(element, kind).id)
        raise LookupError(f"no {kind} {label!r} was drawn")
