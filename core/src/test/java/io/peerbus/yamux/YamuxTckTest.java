package io.peerbus.yamux;

import io.peerbus.muxer.Muxer;
import io.peerbus.muxer.MuxerTck;

/** Yamux does what is expected of any muxer. */
class YamuxTckTest extends MuxerTck {

  @Override
  protected Muxer muxer(boolean dialer) {
    return new Session(dialer ? Session.Role.DIALER : Session.Role.LISTENER, new YamuxOptions());
  }
}
