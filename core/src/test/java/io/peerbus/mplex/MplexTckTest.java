package io.peerbus.mplex;

import io.peerbus.muxer.Muxer;
import io.peerbus.muxer.MuxerTck;

/** mplex does what is expected of any muxer. */
class MplexTckTest extends MuxerTck {

  @Override
  protected Muxer muxer(boolean dialer) {
    return new Session(dialer, new MplexOptions());
  }
}
