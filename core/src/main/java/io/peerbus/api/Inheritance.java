package io.peerbus.api;

import io.vertx.core.buffer.Buffer;
import java.util.List;

/**
 * What the version before has left, see {@link Handover}.
 *
 * @param state as it was given
 * @param streams those that are still open; their bytes wait until there is a handler
 */
public record Inheritance(Buffer state, List<Stream> streams) {}
