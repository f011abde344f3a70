use digitos::prelude::*;

fn main() -> Result<(), digitos::Error> {
    let mut mnist = read_data_sets("MNISTdata")?;

    let x = placeholder([NONE, 28, 28, 1]);
    let y_ = placeholder([NONE, 10]);
    let w = variable(truncated_normal([784, 10], 0.1));
    let b = variable(zeros([10]));
    let y = softmax(matmul(reshape(x, [-1, 784]), w) + b);

    let entropia_cruzada = -reduce_mean(y_ * log(y)) * 1000.0;
    let precision = reduce_mean(cast(equal(argmax(y, 1), argmax(y_, 1))));
    let paso_entrenamiento = GradientDescentOptimizer::new(0.003).minimize(entropia_cruzada);

    let mut historia = History::new();
    let mut sess = Session::new();
    sess.initialize(paso_entrenamiento)?;
    for paso in 0..=1000 {
        let lote = mnist.train.next_batch(100)?;
        if paso % 50 == 0 {
            let prueba = feed! { x => mnist.test.images, y_ => mnist.test.labels };
            historia.test(paso, sess.run(precision, prueba)?, None);
        }
        sess.run(paso_entrenamiento, feed! { x => lote.images, y_ => lote.labels })?;
    }

    let resultado = sess.run(precision, feed! { x => mnist.test.images, y_ => mnist.test.labels })?;
    println!("Precisión con los dígitos de prueba: {resultado}");
    assert!(resultado > 0.9);

    let imagen = std::env::temp_dir().join("precision.svg");
    accuracy_curves(&historia, "es")?.save(&imagen)?;
    println!("Y así se llegó hasta ahí: {}", imagen.display());
    Ok(())
}
