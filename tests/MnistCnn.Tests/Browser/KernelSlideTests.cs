using MnistCnn;
using Xunit;
using static TorchSharp.torch;

namespace MnistCnn.Tests.Browser;

public class KernelSlideTests
{
    [Fact]
    public void Takes_an_image_however_far_it_is_prepared()
    {
        Tensor image = Mnist.Load().Train.Images[0];
        string html = image.SlideKernel().ToHtml();

        Assert.Equal(html, (image.to(float32).reshape(28, 28, 1) / 255).SlideKernel().ToHtml());
        Assert.Equal(html, (image.to(float32).reshape(1, 28, 28) / 255).SlideKernel().ToHtml());
        Assert.DoesNotContain(" id=", html, StringComparison.Ordinal);
        Assert.Contains("<img alt=\"\"", html, StringComparison.Ordinal);
    }

    [Fact]
    public void Begins_with_the_kernel_that_it_is_given()
    {
        KernelSlide slide = zeros(5, 4).SlideKernel([0, 0.5f, 0, 0, 1, 0, 0, 0, -2]);

        Assert.Equal("Kernel 0 0.5 0, 0 1 0, 0 0 -2 over an image of 5 × 4", slide.ToString());
        Assert.Contains("[5,4],\n[0,0.5,0,0,1,0,0,0,-2],", slide.ToHtml(), StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_no_image_or_no_kernel_is_refused()
    {
        Assert.Contains("x[0] takes the first",
            Assert.Throws<ArgumentException>(() => zeros(2, 28, 28, 1).SlideKernel()).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => zeros(784).SlideKernel());
        Assert.Contains("given 6",
            Assert.Throws<ArgumentException>(() => zeros(28, 28).SlideKernel(new float[6])).Message, StringComparison.Ordinal);
    }
}
