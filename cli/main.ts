console.log('stillframe')
