/** As long as a real one. */
export const defaultProductCode = 'simulatedproductcode00001'
