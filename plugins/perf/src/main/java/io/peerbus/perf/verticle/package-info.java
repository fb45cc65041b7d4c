/**
 * Owns the streams and the JSON interface of perf.
 *
 * <p>Driven by Vert.x: {@link io.peerbus.perf.verticle.PerfVerticle} is what a node deploys.
 *
 * <p>JSON interface at {@code peerbus.<node>.perf}; {@code <whom>} is {@code "peer": <id>} or {@code "address":
 * <multiaddr>}, which is connected first if need be:
 * <ul>
 * <li>{@code {"op": "run", <whom>, "uploadBytes"?: 0.., "downloadBytes"?: 0..}}, each at most {@code maxMebibytes},
 * moves so many bytes on a stream of its own, and answers {@code {"peer", "uploadBytes", "downloadBytes",
 * "uploadMicros", "downloadMicros"}}; the upload begins with the opening of the stream.
 * <li>{@code {"op": "streams", <whom>, "count"?: 1..1000000, "inFlight"?: 1..4096}} (defaults 1000 and 100) opens so
 * many streams, each of which asks for one byte, and answers {@code {"peer", "count", "micros"}}.
 * </ul>
 * A request may take ten minutes, as said in the header {@code timeoutMillis}. Each second a run publishes at {@code
 * peerbus.<node>.perf.events}: {@code {"event": "progress", "peer", "micros", "uploadedBytes", "downloadedBytes"}}.
 *
 * <p>Bytes move on the event loop of the connection; requests are answered on the plugin's context.
 *
 * <p>When a newer version takes this one's place, the streams end: half a measurement is none.
 *
 * <p>Settings: {@code maxMebibytes} (1048576; of one stream in one direction), {@code idleSeconds} (30) and
 * {@code maxStreamsPerPeer} (256; of a peer at once on an event loop).
 */
package io.peerbus.perf.verticle;
