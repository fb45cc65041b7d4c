package io.peerbus.kademlia.sim;

import java.awt.Color;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import javax.imageio.ImageIO;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.Styler.LegendLayout;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** A plot as a picture. XChart, which draws it, is not in the plugin's jar. */
final class PngPlot {

  private static final int WIDTH = 760;
  private static final int HEIGHT = 400;

  private final Results.Plot plot;

  PngPlot(Results.Plot plot) {
    this.plot = plot;
  }

  private XYChart chart() {
    XYChart chart = new XYChartBuilder().width(WIDTH).height(HEIGHT).title(plot.title())
        .xAxisTitle(plot.xTitle()).yAxisTitle(plot.yTitle()).build();
    chart.getStyler().setChartBackgroundColor(Color.WHITE).setLegendPosition(LegendPosition.OutsideS)
        .setLegendLayout(LegendLayout.Horizontal);
    double lowest = plot.series().stream().flatMap(series -> series.y().stream()).mapToDouble(y -> y).min().orElse(0);
    chart.getStyler().setYAxisMin(Math.min(plot.least(), Math.floor(lowest)));
    for (Results.Series series : plot.series()) {
      if (!series.x().isEmpty()) {
        chart.addSeries(series.name(), series.x(), series.y()).setMarker(SeriesMarkers.CIRCLE);
      }
    }
    return chart;
  }

  byte[] bytes() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ImageIO.write(BitmapEncoder.getBufferedImage(chart()), "png", bytes);
    return bytes.toByteArray();
  }
}
